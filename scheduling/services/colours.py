from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice, User
from accounts.services.practices import update_practice
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from scheduling.colours import READABLE, SURFACES, is_colour
from scheduling.events import CalendarSettingsChanged


class ColourUnreadable(PraxisError):
    """No colour, or one on which the text could not be read."""


@transaction.atomic
def set_slot_colours(*, practice: Practice, colours: Mapping[str, str], actor: User | None) -> None:
    """Surfaces by state as "#rrggbb"; what is left out or equals the design goes back to the design.

    Raises ColourUnreadable.
    """
    own = {}
    for surface in SURFACES:
        colour = colours.get(surface.state, surface.default).lower()
        if not is_colour(colour):
            raise ColourUnreadable(_("Bitte eine Farbe wählen."), field=surface.state)
        if surface.contrast(colour) < READABLE:
            message = _("Auf dieser Farbe ist die Schrift nicht zu lesen: Kontrast %(found)s, nötig sind %(least)s.")
            values = {"found": _german(surface.contrast(colour)), "least": _german(READABLE)}
            raise ColourUnreadable(message % values, field=surface.state)
        if colour != surface.default:
            own[surface.state] = colour
    if own == practice.slot_colours:
        return
    update_practice(practice=practice, actor=actor, slot_colours=own)
    publish(CalendarSettingsChanged(practice_id=practice.pk, actor_id=actor.pk if actor else None))


def _german(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")
