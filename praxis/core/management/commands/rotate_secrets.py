from typing import Any

from django.core.management.base import BaseCommand, CommandError

from praxis.core.exceptions import PraxisError
from praxis.core.rotation import rotate_everything


class Command(BaseCommand):
    help = "Verschlüsselt alle gespeicherten Geheimnisse mit dem neuesten Schlüssel aus FIELD_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for place, rotated in rotate_everything():
                self.stdout.write(f"{place}: {rotated}")
        except PraxisError as error:
            raise CommandError(error.message) from error
