from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from notifications.demo import fill_messages


class Command(BaseCommand):
    help = "Switch on the messages of the demo practice, once, and send the first ones to its console."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only for a demo: set DEMO=1. On a real server nothing invented is to be sent.")
        done = fill_messages(now=timezone.now())
        self.stdout.write("Demo: Nachrichten eingerichtet." if done else "Demo: Nachrichten sind schon eingerichtet.")
