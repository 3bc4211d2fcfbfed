"""Link and TAN on their way: to the patient, or to a third person who joins the call."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.events import MailWanted
from accounts.models import User
from praxis.core.events import Event, publish, publish_all
from praxis.core.exceptions import PraxisError
from scheduling.models import Entry
from scheduling.selectors.video import video_appointments
from scheduling.services.booking import NotifiedBy, Placement
from videosprechstunde.events import InvitationSent
from videosprechstunde.models import CallEvent, CallMember, VideoCall
from videosprechstunde.providers import PROVIDERS
from videosprechstunde.services.access_codes import CallOver, issue_access
from videosprechstunde.services.trail import note

# Longer than the nudge looks ahead and than a run of many takes.
AFTER_OTHERS = timedelta(minutes=2)
INVITATION, SMS_INVITATION = "video_invitation", "video_invitation_sms"
DAY_BEGINS, DAY_ENDS = 8, 20
LONGEST_NAME = 120
_is_silent: ContextVar[bool] = ContextVar("is_silent", default=False)


class NoAddress(PraxisError):
    """Nobody knows where to send it."""


class OthersWrite(PraxisError):
    """Another system writes to this patient; two mails with two links would confuse."""


class LinkMissing(PraxisError):
    """The call is held by another service, whose link nobody has entered yet."""


class InvitationInvalid(PraxisError):
    """No name, no usable address, or no place left."""


def address_of(member: CallMember) -> str:
    entry = member.call.entry
    if member.side == CallMember.Side.PATIENT and entry is not None and entry.patient is not None:
        return entry.patient.email
    return member.email


def mobile_of(member: CallMember) -> str:
    """As it is written in the Kartei; whether it is one shows when the message is sent. Guests are invited by mail."""
    entry = member.call.entry
    if member.side != CallMember.Side.PATIENT or entry is None or entry.patient is None:
        return ""
    return entry.patient.mobile.strip()


@transaction.atomic
def send_invitation(*, member: CallMember, actor_id: int | None, now: datetime, by_sms: bool = False) -> None:
    """Link and TAN as they are, by mail or as an SMS, which goes out at night as well: somebody waits for it. A later
    one makes those that are still unsent superfluous.

    Raises LinkMissing, NoAddress, OthersWrite, CallOver.
    """
    call, entry = member.call, member.call.entry
    if call.is_over or call.closes_at <= now:
        raise CallOver(_("Dieses Videogespräch ist vorbei. Der Link würde nichts mehr öffnen."))
    if entry is not None and entry.notified_by == NotifiedBy.SOURCE and member.side == CallMember.Side.PATIENT:
        raise OthersWrite(_("Zu diesem Termin schreibt das andere System. Von hier geht nichts hinaus."))
    if not PROVIDERS[call.provider].access_of(member).is_complete:
        raise LinkMissing(_("Für dieses Videogespräch ist noch kein Link des Videodienstes eingetragen."))
    if not (mobile_of(member) if by_sms else address_of(member)):
        raise NoAddress(_no_address(by_sms))
    CallMember.objects.filter(pk=member.pk).update(sent_at=now)
    member.sent_at = now
    kind = CallEvent.Kind.SENT_SMS if by_sms else CallEvent.Kind.SENT
    line = note(call, kind, now=now, member=member, actor_id=actor_id, event=InvitationSent)
    publish(
        MailWanted(
            practice_id=call.practice_id, actor_id=actor_id, kind=SMS_INVITATION if by_sms else INVITATION,
            reference_id=line.pk, until=call.closes_at,
            by_sms_to=entry.patient_id if by_sms and entry is not None else None,
        )
    )  # fmt: skip


def _no_address(by_sms: bool) -> str:
    if by_sms:
        return _("Es ist keine Mobilnummer bekannt. Link und TAN lassen sich drucken.")
    return _("Es ist keine E-Mail-Adresse bekannt. Link und TAN lassen sich drucken.")


@contextmanager
def without_mail() -> Iterator[None]:
    """The patients have been told already, for example by the service used before."""
    token = _is_silent.set(True)
    try:
        yield
    finally:
        _is_silent.reset(token)


def write_to_patient(call: VideoCall, entry: Entry, actor_id: int | None, now: datetime) -> None:
    """By itself only where the practice writes to the patient (mission E8), and for a time that is certain."""
    is_uncertain = entry.placement == Placement.PARKED or entry.ends_at <= now
    if _is_silent.get() or entry.notified_by != NotifiedBy.PRACTICE or is_uncertain:
        return
    member = CallMember.objects.get(call=call, side=CallMember.Side.PATIENT)
    member.call, call.entry = call, entry
    by_sms = not address_of(member) and bool(mobile_of(member))
    if (address_of(member) or by_sms) and PROVIDERS[call.provider].access_of(member).is_complete:
        send_invitation(member=member, actor_id=actor_id, now=now, by_sms=by_sms)


@transaction.atomic
def set_patient_email(*, entry_id: int, email: str, now: datetime) -> None:
    """Of somebody who is no patient of the practice (the address of a patient stands in the record). A new address is
    written to at once, where the practice writes."""
    member = CallMember.objects.filter(call__entry_id=entry_id, side=CallMember.Side.PATIENT).first()
    if member is None or member.email == email:
        return
    CallMember.objects.filter(pk=member.pk).update(email=email)
    [entry] = video_appointments([entry_id])
    if entry.patient_id is None and not (call := VideoCall.objects.get(pk=member.call_id)).is_over:
        write_to_patient(call, entry, None, now)


@transaction.atomic
def send_invitations(*, members: Sequence[CallMember], now: datetime, by_sms: bool = False) -> None:
    """As `send_invitation` for the patients of many calls, of whom the caller knows that they can be written to, in few
    statements. They go out a little later, after what staff wait for, and SMS not at night."""
    CallMember.objects.filter(pk__in=[member.pk for member in members]).update(sent_at=now)
    event_kind = CallEvent.Kind.SENT_SMS if by_sms else CallEvent.Kind.SENT
    lines = CallEvent.objects.bulk_create(
        CallEvent(practice_id=one.practice_id, call=one.call, kind=event_kind, at=now, member=one) for one in members
    )
    told: list[Event] = []
    for line, member in zip(lines, members, strict=True):
        practice_id, call = line.practice_id, member.call
        told.append(InvitationSent(practice_id=practice_id, actor_id=None, call_id=call.pk))
        told.append(
            MailWanted(
                practice_id=practice_id, actor_id=None, kind=SMS_INVITATION if by_sms else INVITATION,
                reference_id=line.pk, until=call.closes_at,
                not_before=_by_day(call, now + AFTER_OTHERS) if by_sms else now + AFTER_OTHERS,
                by_sms_to=call.entry.patient_id if by_sms and call.entry is not None else None,
            )
        )  # fmt: skip
    publish_all(told)


def _by_day(call: VideoCall, at: datetime) -> datetime:
    """The next morning instead of the night, unless the call opens before."""
    local = timezone.localtime(at)
    if DAY_BEGINS <= local.hour < DAY_ENDS:
        return at
    morning = local.replace(hour=DAY_BEGINS, minute=0, second=0, microsecond=0)
    morning += timedelta(days=local.hour >= DAY_ENDS)
    return morning if morning < call.opens_at else at


@transaction.atomic
def invite_guest(*, call: VideoCall, name: str, email: str, actor: User, now: datetime) -> CallMember:
    """A third person with an own link and TAN, who waits like everybody and is admitted by the doctor.

    Raises InvitationInvalid, CallOver.
    """
    locked = VideoCall.objects.select_for_update().get(pk=call.pk)
    name, email = name.strip(), email.strip().lower()
    if locked.is_over:
        raise CallOver(_("Dieses Videogespräch ist vorbei."))
    if not name or len(name) > LONGEST_NAME:
        raise InvitationInvalid(_("Bitte den Namen der Person eingeben."), field="name")
    try:
        validate_email(email)
    except ValidationError as error:
        raise InvitationInvalid(_("Bitte eine gültige E-Mail-Adresse eingeben."), field="email") from error
    guests = CallMember.objects.filter(call=call, side=CallMember.Side.GUEST)
    if guests.count() >= PROVIDERS[locked.provider].most_persons - 2:
        raise InvitationInvalid(_("Mehr Personen passen nicht in dieses Gespräch."))
    member = CallMember(
        practice_id=call.practice_id, call=call, side=CallMember.Side.GUEST, name=name, email=email, created_at=now
    )
    issue_access(member)
    member.save(force_insert=True)
    note(call, CallEvent.Kind.INVITED, now=now, member=member, actor_id=actor.pk)
    send_invitation(member=member, actor_id=actor.pk, now=now)
    return member
