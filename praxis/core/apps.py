from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "praxis.core"
    label = "core"
    verbose_name = "Kern"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("praxis.core.checks")
        import_module("praxis.core.tasks")
        # listeners.py hears events, work.py does work rows, retention.py declares fields, mails.py writes mails,
        # rotation.py re-encrypts what is no field of ours, packs.py registers kinds of content packs.
        autodiscover_modules("listeners", "work", "retention", "mails", "rotation", "packs")
