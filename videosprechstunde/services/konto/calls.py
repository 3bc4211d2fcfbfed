"""The calls of an old participant: to the service of the practice, and back. Few statements for any number of calls."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.db import connection
from django.db.models import Q

from praxis.core.events import publish_all
from praxis.core.rows import among
from scheduling.models import Entry
from scheduling.selectors.video import OVER as VISITS_OVER
from scheduling.services.booking import NotifiedBy, Placement
from videosprechstunde.events import CallHandedBack, CallHappened, CallMigrated
from videosprechstunde.models import CallEvent, CallMember, LegacyAppointment, VideoCall, VideoParticipant
from videosprechstunde.models.settings import Provider
from videosprechstunde.providers import PROVIDERS
from videosprechstunde.services.calls import sync_call, without_mail
from videosprechstunde.services.inviting import address_of, mobile_of, send_invitations
from videosprechstunde.tans import is_link, link_hash, new_link

State = VideoCall.State
# Nobody talks in these any more, whatever becomes of the appointment.
ENDED = (State.FINISHED, State.MISSED)
GIVE_LINKS = """
    UPDATE videosprechstunde_callmember AS member SET link = given.link, link_hash = given.hash
    FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given (id, link, hash) WHERE member.id = given.id
"""


def is_ahead(now: datetime) -> Q:
    """Cancelled ones too: who takes back the cancelling finds the new link."""
    return Q(entry__ends_at__gt=now) | Q(entry__placement=Placement.PARKED)


def is_expected(now: datetime) -> Q:
    """Those that are counted and told of: still to be held."""
    return is_ahead(now) & Q(entry__deleted_at=None, entry__is_video=True) & ~Q(entry__status__in=VISITS_OVER)


def is_held_now(now: datetime) -> Q:
    """People may be talking over the service used before."""
    in_time = Q(entry__starts_at__lte=now, entry__ends_at__gt=now) & ~Q(entry__placement=Placement.PARKED)
    return is_expected(now) & in_time & ~Q(link="")


def stay_in_old_world(
    appointments: Sequence[LegacyAppointment], *, holder: VideoParticipant | None, now: datetime
) -> None:  # fmt: skip
    """Held at the moment: whoever drops out comes back to where the others are. They follow before the old account is
    deleted."""
    _give_calls(appointments, now)
    calls = _lock_calls([one.entry_id for one in appointments])
    known = VideoCall.objects.filter(pk__in=[call.pk for call in calls.values()])
    known.update(participant=holder)
    for one in appointments:
        known.filter(entry=one.entry_id).exclude(provider=Provider.EXTERNAL).update(
            provider=Provider.EXTERNAL, external_link=one.link, external_tan=one.tan
        )


def to_new_world(
    appointments: Sequence[LegacyAppointment], *, holder: VideoParticipant | None, provider: str, now: datetime
) -> "Counter[str]":
    """`appointments` are ahead, with their entries. Answers how many appointments and links went along."""
    _give_calls(appointments, now)
    calls = _lock_calls([one.entry_id for one in appointments])
    VideoCall.objects.filter(pk__in=[call.pk for call in calls.values()]).update(
        provider=provider, external_link="", external_tan="", participant=holder
    )
    kept = _keep_links(appointments, calls) if PROVIDERS[provider].is_here else set()
    LegacyAppointment.objects.filter(pk__in=[one.pk for one in appointments]).update(moved_at=now)
    _note(calls.values(), CallEvent.Kind.MIGRATED, CallMigrated, now)
    counted = [one for one in appointments if counts(one)]
    links = sum(one.pk in kept for one in counted)
    return Counter(appointments=len(counted), links=links)


def to_old_world(appointments: Sequence[LegacyAppointment], *, now: datetime) -> None:
    """The links of the service used before, which still exist there, open the calls again."""
    calls = _lock_calls([one.entry_id for one in appointments])
    VideoCall.objects.filter(pk__in=[call.pk for call in calls.values()]).update(participant=None)
    with_link = {one.entry_id: one for one in appointments if one.link and one.entry_id in calls}
    given = [calls[entry_id] for entry_id in with_link]
    for call in given:
        old = with_link[call.entry_id or 0]
        call.provider, call.external_link, call.external_tan = Provider.EXTERNAL, old.link, old.tan
    VideoCall.objects.bulk_update(given, ["provider", "external_link", "external_tan"], batch_size=200)
    members = list(_patients_of(given))
    for member in members:
        member.link = new_link()
        member.link_hash = link_hash(member.link)
    CallMember.objects.bulk_update(members, ["link", "link_hash"], batch_size=200)
    LegacyAppointment.objects.filter(pk__in=[one.pk for one in appointments]).update(moved_at=None)
    _note(calls.values(), CallEvent.Kind.HANDED_BACK, CallHandedBack, now)


def tell_patients(appointments: Sequence[LegacyAppointment], *, now: datetime) -> "Counter[str]":
    """Whoever had a link of the service used before gets the new one, where the practice writes: by mail, or by SMS
    where only a mobile number is known. Answers told, how many of them by_sms, and to_call: no way to write to them.

    `appointments` come with their entries and patients.
    """
    sent = {one.entry_id: one for one in appointments if one.link_sent_at is not None and counts(one)}
    by_mail, by_sms, to_call = [], [], 0
    for member in _members_to_tell({one.entry_id: one.entry for one in sent.values()}):
        call, entry = member.call, member.call.entry
        if call.is_over or call.closes_at <= now:
            continue
        writes = entry is not None and entry.notified_by == NotifiedBy.PRACTICE
        can_join = writes and PROVIDERS[call.provider].access_of(member).is_complete
        if can_join and address_of(member):
            by_mail.append(member)
        elif can_join and mobile_of(member):
            by_sms.append(member)
        else:
            to_call += 1
    for members, is_sms in ((by_mail, False), (by_sms, True)):
        if members:
            send_invitations(members=members, now=now, by_sms=is_sms)
    return Counter(told=len(by_mail) + len(by_sms), by_sms=len(by_sms), to_call=to_call)


def _members_to_tell(entries: dict[int, Entry]) -> Iterable[CallMember]:
    """With call, entry and patient. Table by table along their indexes: a join of all of them is read whole while the
    statistics of the database are older than an import."""
    calls = {call.pk: call for call in VideoCall.objects.filter(among("entry", entries))}
    for call in calls.values():
        call.entry = entries[call.entry_id or 0]
    for member in CallMember.objects.filter(among("call", calls), side=CallMember.Side.PATIENT).order_by("pk"):
        member.call = calls[member.call_id]
        yield member


def counts(one: LegacyAppointment) -> bool:
    """The Python side of `is_expected` for what is ahead."""
    entry = one.entry
    return entry.deleted_at is None and entry.is_video and entry.status not in VISITS_OVER


def secret_of(link: str) -> str:
    """What opened the call at the service used before: the end of the link. Empty when it is too short to be one."""
    parts = urlsplit(link)
    secret = parts.fragment or parts.path.rstrip("/").rpartition("/")[2]
    return secret if is_link(secret) else ""


def _give_calls(appointments: Sequence[LegacyAppointment], now: datetime) -> None:
    known = set(
        VideoCall.objects.filter(entry__in=[one.entry_id for one in appointments]).values_list("entry", flat=True)
    )
    with without_mail():
        for one in appointments:
            if one.entry_id not in known and counts(one):
                sync_call(entry_id=one.entry_id, actor_id=None, now=now)


def _lock_calls(entry_ids: list[int]) -> dict[int, VideoCall]:
    """By entry, in ascending order, so that two who lock many do not wait in a circle."""
    found = VideoCall.objects.select_for_update(of=("self",)).filter(entry__in=entry_ids).exclude(state__in=ENDED)
    found = found.only("pk", "entry_id", "practice_id", "state")
    return {call.entry_id or 0: call for call in found.order_by("pk")}


def _patients_of(calls: Iterable[VideoCall]) -> Iterable[CallMember]:
    mine = [call.pk for call in calls]
    found = CallMember.objects.select_for_update().filter(call__in=mine, side=CallMember.Side.PATIENT)
    # What is encrypted is not wanted.
    return found.only("pk", "call_id").order_by("pk")


def _keep_links(appointments: Sequence[LegacyAppointment], calls: dict[int, VideoCall]) -> set[int]:
    """The secrets of the old links open the calls here, so that a practice can lead the old address to the new one.
    Answers the ids of the appointments whose link went along."""
    by_call = {calls[one.entry_id].pk: one for one in appointments if one.link_hash and one.entry_id in calls}
    hashes = [one.link_hash for one in by_call.values()]
    in_use = set(CallMember._base_manager.filter(link_hash__in=hashes).values_list("link_hash", flat=True))
    changed = {}
    for member in _patients_of(calls.values()):
        old = by_call.get(member.call_id)
        if old is not None and old.link_hash not in in_use:
            changed[member.pk] = old
    _give_links(changed)
    return {old.pk for old in changed.values()}


def _give_links(changed: dict[int, LegacyAppointment]) -> None:
    """By id of the member, in one statement that does not grow with their number."""
    field = CallMember._meta.get_field("link")
    links = [field.get_db_prep_save(secret_of(old.link), connection) for old in changed.values()]
    with connection.cursor() as cursor:
        cursor.execute(GIVE_LINKS, [list(changed), links, [old.link_hash for old in changed.values()]])


def _note(calls: Iterable[VideoCall], kind: CallEvent.Kind, event: type[CallHappened], now: datetime) -> None:
    calls = list(calls)
    if not calls:
        return
    CallEvent.objects.bulk_create(CallEvent(practice_id=one.practice_id, call=one, kind=kind, at=now) for one in calls)
    publish_all([event(practice_id=one.practice_id, actor_id=None, call_id=one.pk) for one in calls])


__all__ = [
    "counts", "is_ahead", "is_expected", "is_held_now", "secret_of", "stay_in_old_world", "tell_patients",
    "to_new_world", "to_old_world",
]  # fmt: skip
