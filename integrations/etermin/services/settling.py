"""What one delivery means for its appointment (shared rules: "Where the references differ").

With REST keys the truth was read at eTermin; without them DELETED is final, a CREATED never overwrites a MODIFIED that
came first, an exact repeat of what was applied last changes nothing, and otherwise the last arrival wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
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

    def settle(self, appointment: EterminAppointment, delivery: EterminDelivery, truth: Truth | None) -> Landed:
        if delivery.is_test:
            return Landed(Outcome.TEST, _("Probe aus der Einrichtung. Es wurde kein Termin angelegt."))
        if appointment.erased_at is not None:
            return Landed(Outcome.LATE, _("Der Termin ist schon gelöscht, seine Frist ist vorbei."))
        if truth is not None and delivery.door != Door.CALL:
            return self._believe(appointment, truth)
        return self._hear(appointment, delivery)

    def _believe(self, appointment: EterminAppointment, truth: Truth) -> Landed:
        if truth.number <= appointment.said_number:
            return Landed(Outcome.UNCHANGED, _("Ein neuerer Stand war schon gelesen."))
        appointment.said_number = truth.number
        if truth.told is None:
            return self._remove(appointment)
        before = _told(appointment)
        is_back = appointment.said == Said.DELETED
        appointment.said = Said.MODIFIED
        return self._reach(appointment, None if is_back else before, truth.told.over(before))

    def _hear(self, appointment: EterminAppointment, delivery: EterminDelivery) -> Landed:
        if delivery.command == Command.DELETED:
            if appointment.said == Said.DELETED:
                return Landed(Outcome.UNCHANGED, _("Der Termin war schon gelöscht."))
            appointment.said_number = delivery.pk
            return self._remove(appointment)
        if appointment.said == Said.DELETED:
            return Landed(Outcome.LATE, _("Der Termin ist in eTermin schon gelöscht. Er bleibt gelöscht."))
        told, before = self.told[delivery.pk], _told(appointment)
        if delivery.command == Command.CREATED and appointment.said == Said.MODIFIED and before is not None:
            # What the change did not name, the first message may still tell.
            after = before.over(told)
            if after == before and not appointment.is_unplaced:
                return Landed(Outcome.LATE, _("Eine Änderung dieses Termins kam vorher an und gilt."))
        else:
            after = told.over(before)
            appointment.said = Said(delivery.command)
        if after == before and not appointment.is_unplaced:
            return Landed(Outcome.UNCHANGED, _("Genau dieser Stand ist schon übernommen."))
        appointment.said_number = delivery.pk
        return self._reach(appointment, before, after)

    def _remove(self, appointment: EterminAppointment) -> Landed:
        was_known = appointment.said != Said.NOTHING
        appointment.said, appointment.is_unplaced = Said.DELETED, False
        entry = self._standing(appointment)
        if entry is not None:
            return self.landing.cancel(appointment, entry)
        if was_known:
            return Landed(Outcome.CANCELLED, _("Im Kalender stand kein Termin dazu."))
        return Landed(Outcome.CANCELLED, _("Der Termin war hier nicht bekannt. Späteres dazu bleibt wirkungslos."))

    def _standing(self, appointment: EterminAppointment) -> Entry | None:
        entry = self.entries.get(appointment.entry_id) if appointment.entry_id else None
        if entry is None or entry.deleted_at is not None or entry.status == Status.CANCELLED:
            return None
        return entry

    def _reach(self, appointment: EterminAppointment, before: Reduced | None, after: Reduced) -> Landed:
        appointment.told = after.dumps()
        appointment.starts_at, appointment.ends_at = after.starts_at, after.ends_at
        was_unplaced, appointment.is_unplaced = appointment.is_unplaced, False
        if after.starts_at is None or after.ends_at is None:
            return Landed(Outcome.IGNORED, _("Beginn oder Ende fehlt. Übernommen wird, sobald beides da ist."))
        rule = rule_of(after, self.connection, self.services)
        entry = self._standing(appointment)
        if rule == Rule.IGNORE:
            return self._let_go(appointment, entry)
        appointment.calendar = self.book.calendar_of(after) if after.user_id is None else None
        column = self.book.column_for(after)
        waits = self._wait(appointment) if column is None else None
        if column is None and entry is not None:
            # The new hour counts even before anybody knows the new calendar.
            column = entry.column
        if column is None:
            return waits or Landed(Outcome.UNPLACED)
        wish = Wish(
            told=after, column=column, is_video=rule == Rule.VIDEO, service=self.services.get(after.service_id or 0)
        )
        if entry is not None:
            landed = self.landing.change(appointment, entry, None if was_unplaced else before, wish)
            return waits or landed
        return self._book(appointment, wish, None if was_unplaced else before)

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
