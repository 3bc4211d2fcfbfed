from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Action(models.TextChoices):
    BOOK = "book", _("vergeben")
    MOVE = "move", _("verschoben")
    RESIZE = "resize", _("Dauer geändert")
    PARK = "park", _("auf das Klemmbrett gelegt")
    COPY = "copy", _("kopiert")
    CANCEL = "cancel", _("abgesagt")
    DELETE = "delete", _("gelöscht")
    NOTE = "note", _("Notiz gesetzt")
    REMARK = "remark", _("Anmerkung gesetzt")
    RESERVE = "reserve", _("reserviert")
    EDIT = "edit", _("geändert")
    STATUS = "status", _("Status geändert")
    UNDO = "undo", _("rückgängig gemacht")


class EntryChange(models.Model):
    """History: what one action did to one entry, by whom. `before`/`after` hold the columns that differ
    (empty `before`: the action made the entry). Kept 90 days; also what undo works from."""

    practice = models.ForeignKey(
        "accounts.Practice", on_delete=models.CASCADE, related_name="entry_changes", db_index=False
    )
    entry = models.ForeignKey("scheduling.Entry", on_delete=models.CASCADE, related_name="changes", db_index=False)
    action = models.CharField(max_length=8, choices=Action)
    author = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(db_default=Now())
    # One click may change many entries; they are undone together.
    batch = models.UUIDField()
    version = models.PositiveIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["EntryChange"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Änderung")
        verbose_name_plural = _("Verlauf")
        indexes = [
            models.Index(fields=["entry", "-at"], name="change_by_entry"),
            models.Index(fields=["practice", "author", "-id"], name="change_by_author"),
            models.Index(fields=["practice", "-at"], name="change_by_practice"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.at:%d.%m.%Y %H:%M}"
