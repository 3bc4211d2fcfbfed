from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from videosprechstunde.demo_konto import fill_konto


class Command(BaseCommand):
    help = "Give the demo practice nine old video participants to migrate, once."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO or not settings.LEGACY_VSS_DEMO_URL:
            raise CommandError("Only for a demo, which knows the address of the old service: `make run`.")
        made = fill_konto(host=settings.LEGACY_VSS_DEMO_URL, now=timezone.now())
        self.stdout.write(f"Demo: {made} alte VSS-Teilnehmer." if made else "Demo: alte VSS-Teilnehmer sind schon da.")
