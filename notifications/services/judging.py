"""The second look, at the moment of sending: what was planned yesterday may be wrong by now. No database in here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.urls import reverse

from accounts.services.mails import MailContent
from notifications.channels import Outgoing
from notifications.message_values import values_for
from notifications.models import Channel, ConsentRule, MessageKind, MessageTemplate, Outcome, Reason
from notifications.models.message import outside_reference
from notifications.phone import address_hash, read_phone
from notifications.segments import count_segments
from notifications.services.lanes import Lane
from notifications.wording import render, uses
from praxis.core.addresses import public_url
from praxis.core.crypto import hash_token
from praxis.core.workrow import WorkState

# Stands where the secret part of a link goes.
_MARK = "0-0-0"


class Picked(NamedTuple):
    """A row of send_sql.PICK."""

    id: int
    claim_number: int
    kind: str
    entry_id: int | None
    patient_id: int | None
    mandant_id: int | None
    template_id: int | None
    reference: str
    is_numbered: bool
    appointment_at: datetime | None
    not_after: datetime | None
    credits_reserved: int
    notice: str
    notice_reference: int | None
    starts_at: datetime | None
    status: str | None
    placement: str | None
    deleted_at: datetime | None
    entry_patient_id: int | None
    appointment_type_id: int | None
    notified_by: str | None
    last_name: str | None
    first_name: str | None
    title: str | None
    sex: str | None
    deceased_on: Any
    is_contact_fresh: bool | None
    address: str | None
    address_hash: str | None
    is_blocked: bool
    is_granted: bool | None
    is_licensed: bool | None


@dataclass(slots=True)
class Draft:
    """Ready to be called. `claim_number` is the one it will have after the claim."""

    row: Picked
    outgoing: Outgoing
    hash: str
    length: int = 0
    segments: int = 0
    encoding: str = ""
    opt_out_hash: str = ""
    is_secret: bool = False
    template_version: int | None = None

    @property
    def claim_number(self) -> int:
        return self.row.claim_number + 1


@dataclass(frozen=True, slots=True)
class Ended:
    """Will not be sent."""

    row: Picked
    state: WorkState
    outcome: Outcome
    reason: Reason
    error: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    row: Picked
    due_at: datetime


@dataclass(slots=True)
class Judged:
    drafts: list[Draft] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    later: list[Later] = field(default_factory=list)
    # Their record was edited: their number is to be read first.
    stale_patients: list[int] = field(default_factory=list)
    # Of the links to sign off, by the number of the message.
    tokens: Mapping[int, str] = field(default_factory=dict)


def judge(row: Picked, lane: Lane, now: datetime, into: Judged) -> None:
    """Everything but what the practice wrote by itself; notices are judged by `judge_notice`."""
    refusal = _refusal(row, lane, now)
    if refusal is not None:
        into.ended.append(refusal)
    elif not row.is_contact_fresh:
        into.stale_patients.append(row.patient_id or 0)
    elif isinstance(waits := postponed(row, lane, now), Ended):
        into.ended.append(waits)
    elif waits is not None:
        into.later.append(waits)
    else:
        template = _template(row, lane)
        if template is None:
            into.ended.append(Ended(row, WorkState.FAILED, Outcome.NONE, Reason.NO_TEMPLATE))
        elif template.is_silent:
            into.ended.append(cancelled(row, Reason.TYPE_SILENT))
        else:
            into.drafts.append(_draft(row, lane, template, into.tokens[row.id]))


def judge_notice(row: Picked, content: MailContent | None, lane: Lane, now: datetime, into: Judged) -> None:
    if content is None:
        into.ended.append(cancelled(row, Reason.SWITCHED_OFF))
    elif row.not_after is not None and now > row.not_after:
        into.ended.append(lapsed(row, Reason.TOO_LATE))
    elif not (recipient := sendable(content, lane)):
        into.ended.append(Ended(row, WorkState.FAILED, Outcome.NONE, Reason.BAD_ADDRESS))
    else:
        outgoing = Outgoing(_reference(row), recipient, content.text, content.subject, content.html)
        draft = Draft(
            row, outgoing, address_hash(recipient), length=len(content.text), is_secret=content.is_secret
        )  # fmt: skip
        if content.costs:
            counted = count_segments(content.text)
            draft.segments, draft.encoding = counted.segments, counted.encoding
        into.drafts.append(draft)


def sendable(content: MailContent, lane: Lane) -> str:
    """Numbers are written in many ways; empty when it is none."""
    return read_phone(content.recipient, "DE").address if lane.channel == Channel.SMS else content.recipient


def postponed(row: Picked, lane: Lane, now: datetime) -> Later | Ended | None:
    """None: now is a good time. Not before the practice sends again, and not when that is too late."""
    if row.not_after is not None and now > row.not_after:
        return lapsed(row, Reason.TOO_LATE)
    if lane.may_send(row.kind, now):
        return None
    allowed_at = lane.next_allowed(row.kind, now)
    if allowed_at is None or (row.not_after is not None and allowed_at > row.not_after):
        return lapsed(row, Reason.TOO_LATE)
    return Later(row, max(allowed_at, now + timedelta(seconds=1)))


def cancelled(row: Picked, reason: Reason) -> Ended:
    return Ended(row, WorkState.DONE, Outcome.CANCELLED, reason)


def lapsed(row: Picked, reason: Reason) -> Ended:
    return Ended(row, WorkState.DONE, Outcome.LAPSED, reason)


def _refusal(row: Picked, lane: Lane, now: datetime) -> Ended | None:
    is_reminder = row.kind == MessageKind.REMINDER
    if not (lane.settings.reminders_on if is_reminder else lane.settings.birthday_on):
        return cancelled(row, Reason.SWITCHED_OFF)
    if is_reminder and (reason := _gone(row)) is not None:
        return cancelled(row, reason)
    if row.deceased_on is not None:
        return cancelled(row, Reason.DECEASED)
    if not row.is_licensed:
        return cancelled(row, Reason.NO_LICENCE)
    if row.is_contact_fresh and not row.address:
        return Ended(row, WorkState.FAILED, Outcome.NONE, Reason.BAD_ADDRESS)
    if row.is_blocked:
        return cancelled(row, Reason.BLOCKED)
    silence_is_consent = is_reminder and lane.settings.consent_rule == ConsentRule.OPT_OUT
    if not (silence_is_consent if row.is_granted is None else row.is_granted):
        return cancelled(row, Reason.NO_CONSENT)
    return None


def _gone(row: Picked) -> Reason | None:
    if row.starts_at is None or row.deleted_at is not None or row.placement == "parked":
        return Reason.APPOINTMENT_GONE
    if row.status != "definite":
        return Reason.NOT_DEFINITE if row.status == "tentative" else Reason.APPOINTMENT_GONE
    if row.entry_patient_id != row.patient_id:
        return Reason.APPOINTMENT_GONE
    if row.notified_by != "practice":
        return Reason.NOTIFIED_ELSEWHERE
    return Reason.MOVED if row.starts_at != row.appointment_at else None


def _template(row: Picked, lane: Lane) -> MessageTemplate | None:
    """As it reads now: a text corrected since yesterday goes out corrected."""
    own = lane.templates.get((row.kind, row.appointment_type_id)) if row.appointment_type_id else None
    return own or lane.templates.get((row.kind, None))


def _draft(row: Picked, lane: Lane, template: MessageTemplate, token: str) -> Draft:
    is_sms = lane.channel == Channel.SMS
    if is_sms and not uses(template.text, "abmelden"):
        token = ""
    opt_out_url = _opt_out_prefix(lane).replace(_MARK, token) if token else ""
    values = values_for(
        last_name=row.last_name or "", first_name=row.first_name or "", title=row.title or "", sex=row.sex or "",
        appointment_at=row.starts_at, zone=lane.zone, practice=lane.settings.contact_name or lane.practice.name,
        phone=lane.settings.contact_phone, opt_out_url=opt_out_url,
    )  # fmt: skip
    text = render(template.text, values)
    outgoing = Outgoing(
        _reference(row), row.address or "", text, "" if is_sms else render(template.subject, values),
        "" if is_sms else render(template.html, values, html=True), opt_out_url,
    )  # fmt: skip
    draft = Draft(
        row, outgoing, row.address_hash or "", length=len(text), template_version=template.version,
        opt_out_hash=hash_token(token) if token else "",
    )  # fmt: skip
    if is_sms:
        count = count_segments(text)
        draft.length, draft.segments, draft.encoding = count.length, count.segments, count.encoding
    return draft


def _reference(row: Picked) -> str:
    return outside_reference(row.id, row.reference, is_numbered=row.is_numbered, claim_number=row.claim_number)


def _opt_out_prefix(lane: Lane) -> str:
    if not lane.opt_out_address:
        lane.opt_out_address = public_url(reverse("opt-out", args=[_MARK]))
    return lane.opt_out_address
