from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class Provider(models.TextChoices):
    BUILTIN = "builtin", _("Eingebaut: von Browser zu Browser")
    EXTERNAL = "external", _("Anderer Dienst mit eigenem Link und eigener TAN")
    LIVEKIT = "livekit", _("LiveKit-Server, für große Gruppen")


class VideoSettings(models.Model):
    """By which service a practice holds its video consultations. Without a row: the built-in one."""

    practice = models.OneToOneField("accounts.Practice", on_delete=models.CASCADE, related_name="video_settings")
    provider = models.CharField(_("Videodienst"), max_length=10, choices=Provider, default=Provider.BUILTIN)
    external_name = models.CharField(_("Name des Dienstes"), max_length=80, blank=True)
    # A doctor at home does not show the own address to the other side.
    relay_only = models.BooleanField(_("Nur über den Relay-Server verbinden"), default=False)

    objects: ClassVar[models.Manager["VideoSettings"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Einstellungen der Videosprechstunde")
        verbose_name_plural = _("Einstellungen der Videosprechstunde")

    def __str__(self) -> str:
        return self.get_provider_display()
