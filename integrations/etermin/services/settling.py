"""What one delivery means for its appointment (shared rules: "Where the references differ").

With REST keys the truth was read at eTermin; without them DELETED is final, a CREATED never overwrites a MODIFIED that
came first, an exact repeat of what was applied last changes nothing, and otherwise the last arrival wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from integrations.etermin.models import (
    EterminAppointment,
    EterminConnection,
    EterminDelivery,
    EterminService,
    EterminTask,
    Rule,
)
from integrations.etermin.reduced import Reduced
from integrations.etermin.selectors.columns import ColumnBook
from integrations.etermin.services.landing import Landed, Landing, Wish, rule_of
from integrations.etermin.services.tasks import ask_staff
from scheduling.models import Entry
from scheduling.services.booking import Status

Door, Command, Outcome = EterminDelivery.Door, EterminDelivery.Command, EterminDelivery.Outcome
Said = EterminAppointment.Said


@dataclass(frozen=True)
class Truth:
    """eTermin's answer to the question with this number; None: it has no such appointment (any more)."""

    number: int
    told: Reduced | None


@dataclass
class Story:
    """One appointment while its deliveries are read: what it was, what it shall be, and which delivery said so."""

    appointment: EterminAppointment
    before: Reduced | None
    state: Reduced | None = field(init=False)
    decided_by: int | None = None
    # eTermin has it again after it was gone.
    is_back: bool = False
    # Asked at eTermin, which has no such appointment.
    is_read: bool = False

    def __post_init__(self) -> None:
        self.state = self.before

    def believe(self, truth: Truth) -> Landed | None:
        appointment = self.appointment
        if truth.number == appointment.said_number:
            return Landed(Outcome.UNCHANGED, _("Mit einer anderen Sendung zugleich gelesen."))
        if truth.number < appointment.said_number:
            return Landed(Outcome.UNCHANGED, _("Ein neuerer Stand war schon gelesen."))
        appointment.said_number = truth.number
        if truth.told is None:
            self.is_read = True
            was_deleted, appointment.said = appointment.said == Said.DELETED, Said.DELETED
            return Landed(Outcome.UNCHANGED, _("Der Termin war schon gelöscht.")) if was_deleted else None
        self.is_back = appointment.said == Said.DELETED
        appointment.said = Said.MODIFIED
        self.state = truth.told.over(self.state)
        return None

    def hear(self, delivery: EterminDelivery, told: Reduced | None) -> Landed | None:
        appointment = self.appointment
        if delivery.command == Command.DELETED:
            if appointment.said == Said.DELETED:
                return Landed(Outcome.UNCHANGED, _("Der Termin war schon gelöscht."))
            appointment.said, appointment.said_number = Said.DELETED, delivery.pk
            return None
        if appointment.said == Said.DELETED:
            return Landed(Outcome.LATE, _("Der Termin ist in eTermin schon gelöscht. Er bleibt gelöscht."))
        if told is None:
            return Landed(Outcome.LATE, _("Von dieser Sendung ist nichts mehr aufgehoben."))
        return self._hear_change(delivery, told)

    def _hear_change(self, delivery: EterminDelivery, told: Reduced) -> Landed | None:
        appointment = self.appointment
        # Tried once more, or heard only now, after what came later was applied.
        is_outdated = delivery.pk < appointment.said_number
        is_overtaken = delivery.command == Command.CREATED and appointment.said == Said.MODIFIED
        if self.state is not None and (is_outdated or is_overtaken):
            # What the change did not name, the earlier message may still tell.
            after = self.state.over(told)
            if after == self.state and not appointment.is_unplaced:
                return Landed(Outcome.LATE, _("Ein neuerer Stand dieses Termins kam vorher an und gilt."))
        else:
            after = told.over(self.state)
            appointment.said = Said(delivery.command)
            if after == self.state and not appointment.is_unplaced:
                return Landed(Outcome.UNCHANGED, _("Genau dieser Stand ist schon übernommen."))
        self.state, appointment.said_number = after, max(appointment.said_number, delivery.pk)
        return None


@dataclass(frozen=True, kw_only=True)
class Settling:
    """For the deliveries of one transaction."""

    connection: EterminConnection | None
    book: ColumnBook
    services: dict[int, EterminService]
    landing: Landing
    # By delivery.
    told: Mapping[int, Reduced]
    entries: dict[int, Entry]
    now: datetime

    def settle(
        self, appointment: EterminAppointment, deliveries: Sequence[EterminDelivery], truth: Truth | None
    ) -> dict[int, Landed]:
        """By delivery. What a later one of the same look at the inbox changed again is not shown in between."""
        story = Story(appointment, _told(appointment))
        outcomes: dict[int, Landed] = {}
        for delivery in deliveries:
            said = self._say(story, delivery, truth)
            if said is not None:
                outcomes[delivery.pk] = said
                continue
            if story.decided_by is not None:
                outcomes[story.decided_by] = Landed(Outcome.LATE, _("Gleich danach kam ein neuerer Stand."))
            story.decided_by = delivery.pk
        if story.decided_by is not None:
            outcomes[story.decided_by] = self._reach(appointment, story)
        return outcomes

    def _say(self, story: "Story", delivery: EterminDelivery, truth: Truth | None) -> Landed | None:
        """None: it decides what shall be."""
        if delivery.is_test:
            return Landed(Outcome.TEST, _("Probe aus der Einrichtung. Es wurde kein Termin angelegt."))
        if story.appointment.erased_at is not None:
            return Landed(Outcome.LATE, _("Der Termin ist schon gelöscht, seine Frist ist vorbei."))
        if story.appointment.same_as_id is not None:
            return Landed(Outcome.UNCHANGED, _("Dieser Videotermin ist schon über die Schnittstelle bekannt."))
        if truth is not None and delivery.door != Door.CALL:
            return story.believe(truth)
        return story.hear(delivery, self.told.get(delivery.pk))

    def _remove(self, appointment: EterminAppointment, story: "Story") -> Landed:
        appointment.is_unplaced = False
        entry = self._standing(appointment)
        if entry is not None:
            return self.landing.cancel(appointment, entry)
        if story.before is not None:
            return Landed(Outcome.CANCELLED, _("Im Kalender stand kein Termin dazu."))
        if story.is_read:
            return Landed(Outcome.CANCELLED, _("Bei eTermin gibt es diesen Termin nicht. Hier stand er auch nicht."))
        return Landed(Outcome.CANCELLED, _("Der Termin war hier nicht bekannt. Späteres dazu bleibt wirkungslos."))

    def _standing(self, appointment: EterminAppointment) -> Entry | None:
        entry = self.entries.get(appointment.entry_id) if appointment.entry_id else None
        if entry is None or entry.deleted_at is not None or entry.status == Status.CANCELLED:
            return None
        return entry

    def _reach(self, appointment: EterminAppointment, story: "Story") -> Landed:
        if appointment.said == Said.DELETED:
            return self._remove(appointment, story)
        before, after = story.before, story.state
        if after is None or (after == before and not appointment.is_unplaced and not story.is_back):
            return Landed(Outcome.UNCHANGED, _("Genau dieser Stand ist schon übernommen."))
        appointment.told = after.dumps()
        appointment.starts_at, appointment.ends_at = after.starts_at, after.ends_at
        was_unplaced, appointment.is_unplaced = appointment.is_unplaced, False
        if after.starts_at is None or after.ends_at is None:
            return Landed(Outcome.IGNORED, _("Beginn oder Ende fehlt. Übernommen wird, sobald beides da ist."))
        rule = rule_of(after, self.connection, self.services)
        entry = self._standing(appointment)
        if rule == Rule.IGNORE:
            return self._let_go(appointment, entry)
        reached = None if was_unplaced or story.is_back else before
        return self._place(appointment, entry, after, reached, is_video=rule == Rule.VIDEO)

    def _place(
        self, appointment: EterminAppointment, entry: Entry | None, after: Reduced, before: Reduced | None, *,
        is_video: bool,
    ) -> Landed:  # fmt: skip
        appointment.calendar = self.book.calendar_of(after) if after.user_id is None else None
        column = self.book.column_for(after)
        waits = self._wait(appointment) if column is None else None
        if column is None and entry is not None:
            # The new hour counts even before anybody knows the new calendar.
            column = entry.column
        if column is None or after.starts_at is None or after.ends_at is None:
            return waits or Landed(Outcome.UNPLACED)
        wish = Wish(
            told=after, starts_at=after.starts_at, ends_at=after.ends_at, column=column, is_video=is_video,
            service=self.services.get(after.service_id or 0),
        )  # fmt: skip
        if entry is not None:
            landed = self.landing.change(appointment, entry, before, wish)
            return waits or landed
        return self._book(appointment, wish, before)

    def _book(self, appointment: EterminAppointment, wish: Wish, before: Reduced | None) -> Landed:
        if appointment.entry_id and before is not None and _when(before) == _when(wish.told):
            return Landed(Outcome.UNCHANGED, _("Die Praxis hat diesen Termin abgesagt. Dabei bleibt es."))
        landed, made = self.landing.book(appointment, wish)
        appointment.entry = self.entries[made.pk] = made
        return landed

    def _let_go(self, appointment: EterminAppointment, entry: Entry | None) -> Landed:
        why = _("Nach Ort oder Leistung werden solche Termine nicht übernommen.")
        if entry is None:
            return Landed(Outcome.IGNORED, why)
        return Landed(self.landing.cancel(appointment, entry).outcome, why)

    def _wait(self, appointment: EterminAppointment) -> Landed:
        """Until somebody says where its calendar goes."""
        appointment.is_unplaced = True
        about = {"calendar": appointment.calendar} if appointment.calendar else {"appointment": appointment}
        ask_staff(appointment.practice_id, EterminTask.Kind.NO_COLUMN, now=self.now, **about)
        return Landed(Outcome.UNPLACED, _("Zu diesem Kalender gehört noch keine Spalte. Bitte zuordnen."))


def _told(appointment: EterminAppointment) -> Reduced | None:
    return Reduced.loads(appointment.told) if appointment.told else None


def _when(told: Reduced) -> tuple[datetime | None, datetime | None]:
    return told.starts_at, told.ends_at
