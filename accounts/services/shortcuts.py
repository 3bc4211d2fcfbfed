"""Keys a person has changed. Only the differences are stored; an empty key switches an action off."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from praxis.core.exceptions import PraxisError

LONGEST = 24


class ShortcutInvalid(PraxisError):
    """A key that means two things, or no key at all. `field` is the action."""


@transaction.atomic
def set_shortcuts(*, user: User, keys: Mapping[str, str], usual: Mapping[str, str]) -> None:
    """`usual`: every action with the key it has for everybody; `keys`: what this person wants instead.

    Raises ShortcutInvalid.
    """
    wanted = {**usual, **{action: _tidy(key) for action, key in keys.items() if action in usual}}
    taken: dict[str, str] = {}
    for action, key in wanted.items():
        if len(key) > LONGEST or not key.isprintable():
            raise ShortcutInvalid(_("Diese Taste gibt es nicht."), field=action)
        if key and key in taken:
            raise ShortcutInvalid(_("Diese Taste ist schon vergeben. Jede Taste kann nur eines tun."), field=action)
        taken[key] = action
    user.shortcuts = {action: key for action, key in wanted.items() if key != usual[action]}
    user.save(update_fields=["shortcuts"])


@transaction.atomic
def reset_shortcuts(*, user: User) -> None:
    user.shortcuts = {}
    user.save(update_fields=["shortcuts"])


def _tidy(key: str) -> str:
    return key.strip().lower().replace(" + ", "+")
