from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations.etermin.demo import DemoEtermin, connect_demo


class Command(BaseCommand):
    help = "Connect the demo practice with the simulated eTermin of `make run`."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMO and settings.ETERMIN_DEMO_URL):
            raise CommandError("Only below `make run` with DEMO=1: it starts the simulator and says where it is.")
        demo = DemoEtermin(
            url=settings.ETERMIN_DEMO_URL, public_id=settings.ETERMIN_DEMO_ID, secret=settings.ETERMIN_DEMO_SECRET,
            private_key=settings.ETERMIN_DEMO_KEY,
        )  # fmt: skip
        self.stdout.write(connect_demo(demo, now=timezone.now()))
