from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from notifications.events import MessageSettingsChanged
from notifications.models import MessageSettings
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError


class SettingsInvalid(PraxisError):
    """A window that never opens, a weekday or Mandant that does not exist."""


def settings_of(practice: Practice) -> MessageSettings:
    """The switches of a practice; a practice that never touched them has everything off."""
    found = MessageSettings.objects.filter(practice=practice).first()
    return found or MessageSettings.objects.get_or_create(practice=practice)[0]


@transaction.atomic
def change_settings(*, practice: Practice, actor: User | None, now: datetime, **fields: Any) -> MessageSettings:
    """Raises SettingsInvalid."""
    settings = settings_of(practice)
    for name, value in fields.items():
        setattr(settings, name, value)
    _check(settings)
    settings.save(update_fields=list(fields))
    publish(MessageSettingsChanged(practice_id=practice.pk, actor_id=actor.pk if actor else None))
    return settings


def _check(settings: MessageSettings) -> None:
    message = _("Die Uhrzeit „bis“ muss nach „von“ liegen.")
    if settings.window_until <= settings.window_from:
        raise SettingsInvalid(message, field="window_until")
    if settings.greeting_until <= settings.greeting_from:
        raise SettingsInvalid(message, field="greeting_until")
    if not settings.window_weekdays or not set(settings.window_weekdays) <= set(range(7)):
        raise SettingsInvalid(_("Bitte mindestens einen Wochentag wählen."), field="window_weekdays")
    mandant = settings.default_mandant
    if mandant is not None and mandant.practice_id != settings.practice_id:
        raise SettingsInvalid(_("Diesen Mandanten gibt es nicht."), field="default_mandant")
    try:
        settings.clean_fields(exclude=["practice", "default_mandant"])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise SettingsInvalid(" ".join(messages), field=field) from error
