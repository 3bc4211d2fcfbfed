from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager

from notifications.models.gateway import GatewayKind
from notifications.models.words import Channel, MessageKind, Outcome, Reason
from praxis.core.fields import EncryptedTextField
from praxis.core.workrow import WorkRow, WorkState

# Gateways that may report by a reference of theirs alone.
KNOWN_BY_THEIR_OWN = (GatewayKind.SEVEN, GatewayKind.ASPSMS)


class InTurnUUID(Func):
    """Random, but beginning with the time."""

    function = "uuidv7"
    arity = 0
    output_field = models.UUIDField()


def outside_reference(number: int, reference: str, *, is_numbered: bool, claim_number: int) -> str:
    """32 hexadecimal digits that begin with the number of the message, unless it was sent before that was so."""
    return f"{number:016x}{reference[16:]}" if is_numbered or not claim_number else reference


class Message(WorkRow):
    """The outbox: one line for everything that is, was or will be sent. Sent at most once.

    `state` is the engine's (queued, running, done, failed, unknown), `outcome` how a done one went. A queued message
    is sent once it is released: by the job "send" for reminders and greetings, at once for notices.
    """

    at_most_once: ClassVar[bool] = True
    lease: ClassVar[timedelta] = timedelta(seconds=90)
    first_pause: ClassVar[timedelta] = timedelta(minutes=1)
    max_attempts: ClassVar[int | None] = 6

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=MessageKind)
    channel = models.CharField(max_length=8, choices=Channel)
    entry = models.ForeignKey("scheduling.Entry", on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    stage = models.ForeignKey(
        "notifications.Stage", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    mandant = models.ForeignKey(
        "accounts.Mandant", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    template = models.ForeignKey(
        "notifications.MessageTemplate", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    template_version = models.PositiveIntegerField(null=True)
    prepared_by = models.ForeignKey(
        "notifications.JobRun", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    sent_by = models.ForeignKey(
        "notifications.JobRun", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    # A notice: what it is about ("invitation" 4711); its part of the product writes the text when it is sent.
    notice = models.CharField(max_length=40, default="")
    notice_reference = models.BigIntegerField(null=True)
    # The begin this message speaks of; the year of a greeting.
    appointment_at = models.DateTimeField(null=True)
    year = models.PositiveSmallIntegerField(null=True)
    not_after = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    # Its later half is chance, the part of our reference that nobody can guess (see `outside_reference`).
    reference = models.UUIDField(db_default=InTurnUUID(), editable=False)
    # What outsiders know it by, our reference and the link to sign off, begins with its number: it is found without an
    # index of its own. Decided when it is sent first; sent before that was so, it is found by the whole.
    is_numbered = models.BooleanField(db_default=False, editable=False)
    recipient = EncryptedTextField(default="")
    recipient_hash = models.CharField(max_length=64, default="")
    subject = EncryptedTextField(default="")
    text = EncryptedTextField(default="")
    opt_out_hash = models.CharField(max_length=64, default="")
    # Its text opens somebody's account.
    is_secret = models.BooleanField(default=False, db_default=False)
    length = models.PositiveIntegerField(default=0)
    segments = models.PositiveSmallIntegerField(default=0)
    encoding = models.CharField(max_length=4, default="")
    credits_reserved = models.PositiveSmallIntegerField(default=0)
    credits_booked = models.PositiveSmallIntegerField(default=0)
    # What the gateway says it costs, in hundredths of a cent.
    price_points = models.PositiveIntegerField(null=True)

    gateway = models.ForeignKey(
        "notifications.GatewayAccount", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    gateway_kind = models.CharField(max_length=10, default="")
    gateway_reference = models.CharField(max_length=80, default="")
    resends = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    outcome = models.PositiveSmallIntegerField(choices=Outcome, default=Outcome.NONE)
    outcome_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=16, choices=Reason, default="", blank=True)
    # Nothing will change any more; seven days later the text goes.
    final_at = models.DateTimeField(null=True)
    # The appointment moved and somebody wanted a new reminder: this one counts no longer.
    superseded_at = models.DateTimeField(null=True)
    # The new time of the appointment for which staff said: no need to remind again.
    left_for_at = models.DateTimeField(null=True)
    letter_printed_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Message"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("Nachricht")
        verbose_name_plural = _("Nachrichten")
        constraints = [
            # One that counts; of those that count no longer any number. So it also finds all messages of an entry.
            models.UniqueConstraint(
                "entry", "stage", "channel",
                Case(When(Q(superseded_at=None) & ~Q(outcome=Outcome.CANCELLED), then=Value(0)), default=F("id"),
                     output_field=models.BigIntegerField()),
                name="message_one_counts_per_stage", condition=Q(entry__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["patient", "year"], name="message_one_greeting_a_year",
                condition=Q(kind=MessageKind.GREETING) & ~Q(outcome=Outcome.CANCELLED),
            ),
            models.UniqueConstraint(
                fields=["dedupe_key"], name="message_notice_once",
                condition=Q(dedupe_key__gt="", kind=MessageKind.NOTICE),
            ),
        ]  # fmt: skip
        indexes = [
            # Sending: due and released, and those whose worker died.
            models.Index(
                "practice", "channel", "due_at", "id", name="message_to_send",
                condition=Q(state=WorkState.QUEUED, released_at__isnull=False),
            ),
            models.Index(
                "practice", "id", name="message_to_release", condition=Q(state=WorkState.QUEUED, released_at=None)
            ),
            models.Index("lease_until", name="message_lease", condition=Q(state=WorkState.RUNNING)),
            models.Index("finished_at", name="message_unclear", condition=Q(state=WorkState.UNKNOWN)),
            # Status: accepted and not yet final.
            models.Index(
                "practice", "sent_at", name="message_awaiting_status", condition=Q(state=WorkState.DONE, final_at=None)
            ),
            models.Index(F("practice"), F("created_at").desc(), name="message_by_practice"),
            models.Index(
                F("patient"), F("created_at").desc(), name="message_by_patient", condition=Q(patient__isnull=False)
            ),
            models.Index(
                "gateway_reference", name="message_by_its_reference",
                condition=Q(gateway_kind__in=KNOWN_BY_THEIR_OWN) & ~Q(gateway_reference=""),
            ),
            models.Index(
                "reference", name="message_by_whole_reference", condition=Q(is_numbered=False, sent_at__isnull=False)
            ),
            models.Index(
                "opt_out_hash", name="message_by_whole_link", condition=Q(is_numbered=False) & ~Q(opt_out_hash="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def outside_reference(self) -> str:
        """Ours at the gateway: known before the call, asked for when the answer got lost."""
        return outside_reference(
            self.pk, self.reference.hex, is_numbered=self.is_numbered, claim_number=self.claim_number
        )

    @property
    def status_words(self) -> str:
        """One word for people: planned, on its way, sent, delivered, unclear, failed ..."""
        if self.state == WorkState.DONE:
            return str(Outcome(self.outcome).label)
        words = {
            WorkState.QUEUED: _("geplant"), WorkState.RUNNING: _("wird gesendet"), WorkState.UNKNOWN: _("unklar"),
            WorkState.FAILED: _("fehlgeschlagen"),
        }  # fmt: skip
        return str(words[WorkState(self.state)])


class Skipped(models.Model):
    """Somebody who is not written to, and why. A reminder without a way to go is the practice's list of letters."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=MessageKind)
    entry = models.ForeignKey("scheduling.Entry", on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    stage = models.ForeignKey(
        "notifications.Stage", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    patient = models.ForeignKey(
        "accounts.Patient", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    year = models.PositiveSmallIntegerField(null=True)
    appointment_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=16, choices=Reason)
    run = models.ForeignKey(
        "notifications.JobRun", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    letter_printed_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Skipped"]] = ScopedManager(practice="practice")

    class Meta:
        verbose_name = _("nicht angeschrieben")
        verbose_name_plural = _("nicht angeschrieben")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "stage"], name="skipped_once_per_stage", condition=Q(entry__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["patient", "year"], name="skipped_once_per_year", condition=Q(kind=MessageKind.GREETING)
            ),
        ]
        indexes = [models.Index(F("practice"), F("at").desc(), name="skipped_by_practice")]

    def __str__(self) -> str:
        return self.get_reason_display()


class RecipientDay(models.Model):
    """How many messages an address got on a day: the last brake, whatever goes wrong."""

    practice = models.ForeignKey("accounts.Practice", on_delete=models.CASCADE, related_name="+", db_index=False)
    recipient_hash = models.CharField(max_length=64)
    day = models.DateField()
    sent = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[models.Manager["RecipientDay"]] = ScopedManager(practice="practice")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "day", "recipient_hash"], name="recipient_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
