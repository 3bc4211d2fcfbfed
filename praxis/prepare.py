"""Migrations, static files and demo practice of `make run`: each repeatable, each only what is missing."""

import os

import django
from django.conf import settings
from django.core.management import call_command

from praxis import fingerprints


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praxis.settings")
    django.setup()
    data_dir = settings.DATA_DIR
    call_command("migrate", interactive=False, verbosity=0)
    static = fingerprints.of_static_files()
    if fingerprints.remembered(data_dir).get("static") != static or not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    if settings.DEMO:
        call_command("demo")
        call_command("demo_messages")
        call_command("demo_video")
        if settings.BETTY24_DEMO_URL:
            call_command("betty24_demo")
        if settings.LEGACY_VSS_DEMO_URL:
            call_command("demo_konto")
        if settings.ETERMIN_DEMO_URL:
            call_command("etermin_demo")
        if settings.DOWNLOADS_URL:
            call_command("downloads_demo")
    fingerprints.remember(data_dir, static=static, code=os.environ["PRAXIS_CODE_PRINT"])


if __name__ == "__main__":
    main()
