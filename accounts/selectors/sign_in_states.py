"""Can these people sign in, and do they? The facts behind the people's page and the readiness of a video call."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Max
from django_scopes import get_scope

from accounts.models import HistoryLine, Invitation, Practice, User

FAILURES = (HistoryLine.Kind.SIGN_IN_FAILED, HistoryLine.Kind.LINK_REFUSED)
CHOSEN = HistoryLine.Kind.PASSWORD_SET
Latest = dict[tuple[int, str], datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class SignInState:
    """`is_long_unused`: signed in once, but not for as long as the practice has set (Practice.long_unused_days).

    `open_invitation_until`: a welcome mail of this practice waits for its link to be used; `open_reset_until`: so does
    a link for a new password. `last_failure`: a refused sign-in or link, `password_chosen`: a password set by a link,
    both only after the last sign-in. `needs_second_factor`: has to have one today.
    """

    has_account: bool = False
    is_active: bool = False
    has_password: bool = False
    last_sign_in: datetime | None = None
    is_long_unused: bool = False
    has_second_factor: bool = False
    needs_second_factor: bool = False
    open_invitation_until: datetime | None = None
    open_reset_until: datetime | None = None
    last_failure: datetime | None = None
    password_chosen: datetime | None = None

    @property
    def can_sign_in(self) -> bool:
        return self.is_active and self.has_password and (self.has_second_factor or not self.needs_second_factor)


def sign_in_states(user_ids: Collection[int], now: datetime) -> dict[int, SignInState]:
    """One for each id, as the practice of the active scope sees it; four queries, however many."""
    practice: Practice = get_scope()["practice"]
    people = {user.pk: user for user in User.objects.filter(pk__in=user_ids)}
    invited, latest = _invited(people, now), _latest(people)
    unused_since = now - timedelta(days=practice.long_unused_days)
    states = {user_id: SignInState() for user_id in user_ids}
    for user_id, user in people.items():
        last = user.last_login
        failure = max((latest[user_id, kind] for kind in FAILURES if (user_id, kind) in latest), default=None)
        states[user_id] = SignInState(
            has_account=True, is_active=user.may_sign_in, has_password=user.has_usable_password(), last_sign_in=last,
            is_long_unused=last is not None and last < unused_since, has_second_factor=user.has_second_factor,
            needs_second_factor=user.needs_second_factor(now),
            open_invitation_until=invited.get((user_id, Invitation.Kind.WELCOME)),
            open_reset_until=invited.get((user_id, Invitation.Kind.RESET)),
            last_failure=_since(last, failure), password_chosen=_since(last, latest.get((user_id, CHOSEN))),
        )  # fmt: skip
    return states


def _since(last_sign_in: datetime | None, at: datetime | None) -> datetime | None:
    return at if at and (last_sign_in is None or at > last_sign_in) else None


def _invited(user_ids: Collection[int], now: datetime) -> Latest:
    kinds = (Invitation.Kind.WELCOME, Invitation.Kind.RESET)
    waiting = Invitation.objects.filter(
        user__in=user_ids, kind__in=kinds, used_at=None, revoked_at=None, expires_at__gt=now
    )
    return {(who, kind): until for who, kind, until in waiting.values_list("user_id", "kind", "expires_at")}


def _latest(user_ids: Collection[int]) -> Latest:
    """When each of these last happened. Staff have their own history, patients that of their accounts with this
    practice."""
    latest: Latest = {}
    lines = HistoryLine.objects.filter(kind__in=(*FAILURES, CHOSEN))
    for about in ("user", "patient_account__user"):
        found = lines.filter(**{f"{about}__in": user_ids}).annotate(who=F(about))
        for who, kind, at in found.values_list("who", "kind").annotate(last=Max("at")):
            latest[who, kind] = max(at, latest.get((who, kind), at))
    return latest
