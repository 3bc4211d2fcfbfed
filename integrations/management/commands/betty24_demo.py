from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations.betty24.demo import connect_demo


class Command(BaseCommand):
    help = "Connect the demo practice with the demo portal of `make run`."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO and settings.BETTY24_DEMO_URL):
            raise CommandError("Only below `make run` with DEMO=1: it starts the demo portal and says where it is.")
        done = connect_demo(url=settings.BETTY24_DEMO_URL, key=settings.BETTY24_DEMO_KEY, now=timezone.now())
        self.stdout.write(done)
