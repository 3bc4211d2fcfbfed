from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from praxis.catalogue import as_mo, misfits, read, read_po, write_po
from praxis.translations import patient_texts

FOLDER = settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES"


class Command(BaseCommand):
    help = "Bring locale/en in step with the texts that patients read, and say which are not translated yet."

    def handle(self, *args: Any, **options: Any) -> None:
        source = write_po(patient_texts(), read(FOLDER / "django.po"))
        catalogue = read_po(source)
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "django.po").write_text(source)
        (FOLDER / "django.mo").write_bytes(as_mo(catalogue))
        missing = [message.text for message in sorted(patient_texts()) if message not in catalogue]
        for text in missing:
            self.stdout.write(f"not translated: {text}")
        if missing or misfits(catalogue):
            raise CommandError(f"{len(missing)} not translated, other placeholders in: {misfits(catalogue)}")
        self.stdout.write(f"{len(catalogue)} texts.")
