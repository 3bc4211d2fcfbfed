from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from videosprechstunde.demo import fill_video


class Command(BaseCommand):
    help = "Give patients of the demo practice their accounts, once, so that every light of the guide is to be seen."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only for a demo: set DEMO=1. On a real server nobody invented signs in.")
        made = fill_video(now=timezone.now())
        self.stdout.write(f"Demo: {made} Online-Zugänge angelegt." if made else "Demo: Online-Zugänge sind schon da.")
