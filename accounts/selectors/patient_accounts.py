"""Online-Zugänge as the practice sees them. What a person did before taking up its invitation is not the practice's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.models import CoupledPatient, Coupling, HistoryLine, Invitation, Patient, PatientAccount, Practice
from accounts.selectors.sign_in_states import SignInState, sign_in_states

LINES = 12
# In the order in which the list offers them.
FILTERS = {
    "eingeladen": _("eingeladen"), "abgelaufen": _("Einladung abgelaufen"), "aktiv": _("aktiv"),
    "unbenutzt": _("lange nicht benutzt"), "deaktiviert": _("deaktiviert"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class OnlineAccess:
    """The part "Online-Zugang" of a patient's page. `coupling` only while it is on; `is_coupled`: it keeps this one."""

    account: PatientAccount | None
    sign_in: SignInState
    history: list[HistoryLine]
    coupling: Coupling | None
    is_coupled: bool

    @property
    def may_create(self) -> bool:
        return self.account is None and self.coupling is None

    @property
    def may_switch(self) -> bool:
        return self.account is not None and not self.is_coupled

    @property
    def is_expired(self) -> bool:
        account = self.account
        is_invited = account is not None and account.state == PatientAccount.State.INVITED
        return is_invited and self.sign_in.open_invitation_until is None


def online_access_of(patient: Patient, now: datetime) -> OnlineAccess:
    coupling = Coupling.objects.filter(practice=patient.practice_id, is_on=True).first()
    is_coupled = coupling is not None and CoupledPatient.objects.filter(patient=patient).exists()
    account = PatientAccount.objects.filter(patient=patient).select_related("user", "created_by").first()
    if account is None:
        return OnlineAccess(None, SignInState(), [], coupling, is_coupled)
    lines = HistoryLine.objects.filter(patient_account=account).select_related("actor").order_by("-at", "-pk")
    return OnlineAccess(account, sign_in_of(account, now), list(lines[:LINES]), coupling, is_coupled)


def sign_in_of(account: PatientAccount, now: datetime) -> SignInState:
    state = sign_in_states([account.user_id], now)[account.user_id]
    if account.activated_at is not None:
        return state
    return SignInState(
        has_account=True, is_active=state.is_active, open_invitation_until=state.open_invitation_until,
        last_failure=state.last_failure,
    )  # fmt: skip


def account_rows(chosen: str, *, practice: Practice, now: datetime) -> "QuerySet[Any]":
    """By name. Each row says in `kind` which of FILTERS it belongs to; an unknown choice means all."""
    rows = _with_kind(practice, now).select_related("user", "patient")
    if chosen in FILTERS:
        rows = rows.filter(kind=chosen)
    return rows.order_by("patient__folded_last", "patient__folded_first", "patient__birth_date", "pk")


def account_counts(*, practice: Practice, now: datetime) -> dict[str, int]:
    """How many there are of each of FILTERS."""
    found = dict(_with_kind(practice, now).values_list("kind").annotate(n=Count("pk")).order_by())
    return {name: found.get(name, 0) for name in FILTERS}


def _with_kind(practice: Practice, now: datetime) -> "QuerySet[Any]":
    waiting = Invitation.objects.filter(
        practice=practice, user=OuterRef("user"), kind=Invitation.Kind.WELCOME, used_at=None, revoked_at=None,
        expires_at__gt=now,
    )  # fmt: skip
    unused = Q(user__last_login__lt=now - timedelta(days=practice.long_unused_days))
    kind = Case(
        When(deactivated_at__isnull=False, then=Value("deaktiviert")),
        When(Q(activated_at=None) & Exists(waiting), then=Value("eingeladen")),
        When(activated_at=None, then=Value("abgelaufen")),
        When(unused, then=Value("unbenutzt")),
        default=Value("aktiv"),
        output_field=CharField(),
    )
    return PatientAccount.objects.annotate(kind=kind)
