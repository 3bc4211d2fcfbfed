from typing import Any

from django.core.management.base import BaseCommand, CommandError

from praxis.core.exceptions import PraxisError
from praxis.core.rotation import encrypted_fields, rotate_field


class Command(BaseCommand):
    help = "Verschlüsselt alle gespeicherten Geheimnisse mit dem neuesten Schlüssel aus FIELD_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for field in encrypted_fields():
                self.stdout.write(f"{field.place}: {rotate_field(field)}")
        except PraxisError as error:
            raise CommandError(error.message) from error
