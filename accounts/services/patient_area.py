"""What a patient finds in the area of an account: this floor draws the frame, the floors above add their parts.

An upper app registers once, in its `listeners.py`. Functions run inside the scope of the practice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from accounts.models import PatientAccount, User


@dataclass(frozen=True, slots=True)
class AreaPage:
    """A page of the area; its address takes the `account_id`."""

    url_name: str
    label: Any
    icon: str


@dataclass(frozen=True, slots=True)
class AreaPart:
    """A part of the first page: a template and what it needs."""

    template: str
    context: dict[str, Any]


PartOf = Callable[[PatientAccount, datetime], AreaPart | None]

_pages: list[AreaPage] = [
    AreaPage("patient_home", _("Übersicht"), "home"),
    AreaPage("patient_data", _("Daten"), "user"),
    AreaPage("patient_sign_in", _("Anmeldung"), "key"),
]
_parts: list[PartOf] = []


def add_area_page(page: AreaPage, *, after: str) -> None:
    """Behind the page with that URL name. Adding twice changes nothing."""
    names = [known.url_name for known in _pages]
    if page.url_name not in names:
        _pages.insert(names.index(after) + 1, page)


def add_area_part(function: PartOf) -> PartOf:
    """Decorator: `function(account, now)` answers its part of the first page, or None."""
    if function not in _parts:
        _parts.append(function)
    return function


def area_pages() -> Sequence[AreaPage]:
    return tuple(_pages)


def area_parts(account: PatientAccount, now: datetime) -> list[AreaPart]:
    return [part for function in _parts if (part := function(account, now)) is not None]


def accounts_of(user: User) -> list[PatientAccount]:
    """Whom this person may see, in whatever practice: neither invited only nor deactivated. Needs no scope."""
    with scopes_disabled():
        accounts = PatientAccount.objects.select_related("practice", "patient__practice", "user").filter(
            user=user, activated_at__isnull=False, deactivated_at=None, practice__is_active=True
        )
        return list(accounts.order_by("practice__name", "patient__last_name", "patient__first_name", "pk"))
