from importlib import import_module

from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "praxis"

    def ready(self) -> None:
        # Every process that sends a task must know our Celery and not Celery's own default.
        import_module("praxis.celery")
