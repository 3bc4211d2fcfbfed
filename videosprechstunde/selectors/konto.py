"""The old participants of a practice, what was chosen for each, and whom they could be assigned to."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, overload

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.models import OnlineAccount, OnlineParticipant
from accounts.selectors import usable_participants
from accounts.selectors.online import online_accounts
from praxis.core.rows import among
from praxis.core.workrow import OPEN_STATES, WorkState
from scheduling.selectors.video import OVER
from scheduling.services.booking import NotifiedBy, Placement
from videosprechstunde.models import (
    CallMember,
    KontoRow,
    KontoRun,
    LegacyAppointment,
    LegacyParticipant,
    VideoParticipant,
)

Choice = LegacyParticipant.Choice
SOON = timedelta(hours=1)
NO_COUNTS = {"appointments": 0, "links": 0, "sent": 0, "reachable": 0, "by_sms": 0, "running": 0, "soon": 0}


@dataclass(frozen=True, slots=True)
class Standing:
    """`total` and the counts by choice are of those that are not gone; `run` is the latest one."""

    total: int
    assigned: int
    to_delete: int
    open: int
    gone: int
    failed: int
    run: KontoRun | None

    @property
    def chosen(self) -> int:
        return self.assigned + self.to_delete

    @property
    def has_old(self) -> bool:
        return self.total + self.gone > 0

    @property
    def is_done(self) -> bool:
        return self.total == 0 and self.gone > 0

    @property
    def is_ready(self) -> bool:
        return self.total > 0 and self.open == 0

    @property
    def is_running(self) -> bool:
        return self.run is not None and self.run.finished_at is None


@dataclass(frozen=True, slots=True)
class LegacyLine:
    """`target_problem`: why the one assigned cannot take over any more. `twins`: others with the same name."""

    participant: LegacyParticipant
    roles: list[str]
    appointments: int
    has_running: bool
    target_problem: str
    is_locked: bool
    twins: int


@dataclass(frozen=True, slots=True)
class Prerequisites:
    """`waiting` accounts wait for their mail to be confirmed. `wanted`: old participants not yet meant for deletion."""

    waiting: list[OnlineAccount]
    inactive: list[OnlineAccount]
    usable: int
    wanted: int

    @property
    def is_enough(self) -> bool:
        return self.usable >= self.wanted


def living() -> QuerySet[LegacyParticipant]:
    """Not yet migrated, by name, with whom they are assigned to."""
    found = LegacyParticipant.objects.filter(gone_at=None).order_by("name", "pk")
    # Nobody looks at the password but who deletes the account.
    return found.select_related("assigned_to__account", "appointment_type").defer("credentials")


def roles_by_participant(ids: Collection[int]) -> dict[int, list[str]]:
    """By id, the names of the doctor roles in order."""
    pairs = LegacyParticipant.doctor_roles.through.objects.filter(among("legacyparticipant", ids))
    found: dict[int, list[str]] = {}
    for pk, name in pairs.order_by("doctorrole__name").values_list("legacyparticipant", "doctorrole__name"):
        found.setdefault(pk, []).append(name)
    return found


def open_names(most: int) -> list[str]:
    """The first of those that nothing is chosen for."""
    still_open = living().filter(choice=Choice.OPEN).values_list("name", "provider_user")
    return told_apart(list(still_open[:most]))


def told_apart(people: Sequence[tuple[str, str]]) -> list[str]:
    """Names; where two are the same, with the old account behind."""
    times = Counter(name for name, _account in people)
    return [f"{name} ({account})" if times[name] > 1 else name for name, account in people]


def standing(now: datetime) -> Standing:
    of_living = Q(gone_at=None)
    counted = LegacyParticipant.objects.aggregate(
        total=Count("pk", filter=of_living),
        assigned=Count("pk", filter=of_living & Q(choice=Choice.ASSIGN)),
        to_delete=Count("pk", filter=of_living & Q(choice=Choice.DELETE)),
        open=Count("pk", filter=of_living & Q(choice=Choice.OPEN)),
        gone=Count("pk", filter=~of_living),
    )
    run = KontoRun.objects.select_related("started_by").order_by("-pk").first()
    failed = 0
    if run is not None:
        unfinished = KontoRow.objects.filter(run=run, state=WorkState.FAILED, participant__gone_at=None)
        failed = unfinished.filter(undone_at=None).count()
    return Standing(**counted, failed=failed, run=run)


def legacy_rows(*, only_open: bool = False, search: str = "", now: datetime) -> "LegacyRows":
    found = living()
    if only_open:
        found = found.filter(choice=Choice.OPEN)
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word) | Q(provider_user__icontains=word))
    return LegacyRows(found, now)


class LegacyRows(Sequence[LegacyLine]):
    """Lines by name. Only those that are asked for, in one slice, are read and counted."""

    def __init__(self, found: QuerySet[LegacyParticipant], now: datetime) -> None:
        self._found, self._now = found, now

    @cached_property
    def ids(self) -> list[int]:
        """Of all, in order: where a participant stands, without reading the others."""
        return list(self._found.values_list("pk", flat=True))

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[LegacyLine]:
        return iter(self[:])

    @overload
    def __getitem__(self, place: int) -> LegacyLine: ...
    @overload
    def __getitem__(self, place: slice) -> list[LegacyLine]: ...
    def __getitem__(self, place: int | slice) -> LegacyLine | list[LegacyLine]:
        if isinstance(place, int):
            return self._lines([self.ids[place]])[0]
        return self._lines(self.ids[place])

    def _lines(self, ids: list[int]) -> list[LegacyLine]:
        found = list(self._found.filter(among("pk", ids)))
        counted, roles = appointments_by_participant(self._now, ids), roles_by_participant(ids)
        locked = KontoRow.objects.filter(among("participant", ids), state__in=OPEN_STATES)
        held = set(locked.values_list("participant", flat=True))
        same_name = LegacyParticipant.objects.filter(gone_at=None, name__in={one.name for one in found})
        names = Counter(same_name.values_list("name", flat=True))
        return [
            LegacyLine(
                participant=one, roles=roles.get(one.pk, []), appointments=counted.get(one.pk, (0, 0))[0],
                has_running=counted.get(one.pk, (0, 0))[1] > 0, target_problem=target_problem(one),
                is_locked=one.pk in held, twins=names[one.name] - 1,
            )
            for one in found
        ]  # fmt: skip


def target_problem(one: LegacyParticipant) -> str:
    """Why the one assigned cannot take over: the rule of `usable_participants`, said about one of `living`."""
    target = one.assigned_to
    if target is None or one.moved_at is not None:
        return ""
    if target.deactivated_at is not None:
        return _("„%(name)s“ ist deaktiviert.") % {"name": target.name}
    if target.account.state != OnlineAccount.State.ACTIVE:
        return _("Das Online-Konto „%(name)s“ ist nicht aktiv.") % {"name": target.account.licensee}
    return ""


def appointments_by_participant(now: datetime, ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """By id: how many appointments are still to be held, and how many of them run on an old link at the moment."""
    found = _expected(now).filter(among("participant", ids)).values("participant")
    counted = found.annotate(number=Count("pk"), running=Count("pk", filter=_is_running(now)))
    return {pk: (number, running) for pk, number, running in counted.values_list("participant", "number", "running")}


def _expected(now: datetime) -> QuerySet[LegacyAppointment]:
    ahead = Q(entry__ends_at__gt=now) | Q(entry__placement=Placement.PARKED)
    wanted = Q(entry__deleted_at=None, entry__is_video=True) & ~Q(entry__status__in=OVER)
    return LegacyAppointment.objects.filter(ahead & wanted).order_by()


def _is_running(now: datetime) -> Q:
    in_time = Q(entry__starts_at__lte=now, entry__ends_at__gt=now) & ~Q(entry__placement=Placement.PARKED)
    return in_time & ~Q(link="")


def counts_by_participant(now: datetime) -> dict[int, dict[str, int]]:
    """By id of those that are not gone: appointments still to be held, links that go along, links that patients have
    and will need, how many of these patients can be written to and how many of them by SMS only, how many run on an old
    link at the moment, how many begin within the hour."""
    running, in_time = _is_running(now), ~Q(entry__placement=Placement.PARKED)
    # Whoever talks at the moment needs no new link: the old account stays until it is over.
    needs_link = Q(link_sent_at__isnull=False) & ~running
    by_mail, by_sms = _ways_to_write()
    found = (
        _expected(now)
        .filter(participant__gone_at=None)
        .values("participant")
        .annotate(
            appointments=Count("pk"), links=Count("pk", filter=~Q(link_hash="")),
            sent=Count("pk", filter=needs_link), reachable=Count("pk", filter=needs_link & (by_mail | by_sms)),
            by_sms=Count("pk", filter=needs_link & by_sms), running=Count("pk", filter=running),
            soon=Count("pk", filter=Q(entry__starts_at__gt=now, entry__starts_at__lte=now + SOON) & in_time),
        )
    )  # fmt: skip
    return {row.pop("participant"): row for row in map(_as_numbers, found)}


def _ways_to_write() -> tuple[Q, Q]:
    """The database's side of `services.inviting`: by mail, else by SMS; only where the practice writes."""
    writes = Q(entry__notified_by=NotifiedBy.PRACTICE)
    member = CallMember.objects.filter(call__entry=OuterRef("entry"), side=CallMember.Side.PATIENT).exclude(email="")
    known = Q(entry__patient__isnull=False)
    by_mail = (known & ~Q(entry__patient__email="")) | (Q(entry__patient=None) & Exists(member))
    by_sms = known & Q(entry__patient__email="") & ~Q(entry__patient__mobile="")
    return writes & by_mail, writes & by_sms


def _as_numbers(row: Any) -> dict[str, int]:
    return dict(row)


def free_targets(search: str = "") -> QuerySet[OnlineParticipant]:
    """Usable, and no old participant is assigned to them: the rule of the constraint `legacy_target_once`.

    Each says `is_taking_part`: added to the Videosprechstunde by hand already.
    """
    taken = LegacyParticipant.objects.filter(assigned_to__isnull=False).values("assigned_to")
    taking_part = VideoParticipant.objects.filter(removed_at=None, participant=OuterRef("pk"))
    found = usable_participants().exclude(pk__in=taken).annotate(is_taking_part=Exists(taking_part))
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(account__licensee__icontains=word))
    return found


def prerequisites() -> Prerequisites:
    """What is missing before all can be assigned: online accounts that nobody has confirmed yet."""
    accounts = list(online_accounts())
    wanted = LegacyParticipant.objects.filter(gone_at=None, moved_at=None).exclude(choice=Choice.DELETE)
    gone = LegacyParticipant.objects.filter(assigned_to__isnull=False).exclude(gone_at=None, moved_at=None)
    usable = usable_participants().exclude(pk__in=gone.values("assigned_to"))
    return Prerequisites(
        waiting=[one for one in accounts if one.state == OnlineAccount.State.WAITING],
        inactive=[one for one in accounts if one.state == OnlineAccount.State.INACTIVE],
        usable=usable.count(), wanted=wanted.count(),
    )  # fmt: skip
