from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

MAX_FILES = 500


class SeveralFilesInput(forms.FileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """All chosen files. An empty one is no mistake of the form: the report of the import names it."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [super(SeveralFilesField, self).clean(file) for file in data or [None]]
        if len(files) > MAX_FILES:
            raise forms.ValidationError(
                _("Bitte höchstens %(most)d Dateien auf einmal wählen; es waren %(chosen)d."),
                code="too_many",
                params={"most": MAX_FILES, "chosen": len(files)},
            )
        return files


class GdtUploadForm(forms.Form):
    gdt_files = SeveralFilesField(
        label=_("GDT-Dateien"),
        help_text=_("Mehrere Dateien auf einmal sind möglich, bis %(most)d, jede bis 1 MB.") % {"most": MAX_FILES},
        allow_empty_file=True,
        error_messages={
            "required": _("Bitte mindestens eine GDT-Datei wählen."),
            "missing": _("Bitte mindestens eine GDT-Datei wählen."),
        },
        widget=SeveralFilesInput(attrs={"accept": ".gdt,.GDT"}),
    )
