from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scheduling.demo.filling import fill_demo


class Command(BaseCommand):
    help = "Fill the demo practices, or bring them up to this week. Nothing that is there already is changed."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only for a demo: set DEMO=1. On a real server nothing invented is to be seen.")
        booked = fill_demo(now=timezone.now())
        self.stdout.write(f"Demo: {booked} Einträge ergänzt.")
