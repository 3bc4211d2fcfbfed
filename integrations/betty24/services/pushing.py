"""Making the portal agree with one entry: what it is now is told under our own reference, so repeats do no harm."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from integrations.betty24.client import AlreadyBooked, Betty24Client, UnknownBooking
from integrations.betty24.models import Betty24Binding, Betty24Booking, Betty24Connection, Betty24Lock, Betty24Task
from integrations.betty24.services.applying import apply_bookings
from integrations.betty24.services.queueing import queue_entry
from integrations.betty24.services.tasks import ask_staff
from integrations.betty24.wire import PortalBooking, Taken, reference_of
from praxis.core.exceptions import OutsideError
from praxis.core.rows import insert
from scheduling.models import Entry
from scheduling.selectors.portals import entries_by_id
from scheduling.services.booking import Kind, Placement, Status

# Patients who booked inside one long reservation before it arrived: each is settled, then the lock is tried again.
MOST_CONFLICTS = 25
KINDS = {Kind.APPOINTMENT: "appointment", Kind.RESERVATION: "reservation"}


@dataclass
class Push:
    """The tools of one turn."""

    client: Betty24Client
    connection: Betty24Connection
    # By the id of their column.
    bindings: Mapping[int, Betty24Binding]
    counts: Counter[str] = field(default_factory=Counter)

    def agree(self, entry: Entry, *, now: datetime) -> None:
        """Raises OutsideError; then what was already told is remembered."""
        booking = Betty24Booking.objects.filter(entry=entry, connection=self.connection).first()
        if booking is not None:
            self.settle(booking, entry, now=now)
        binding = self.bindings.get(entry.column_id) if entry.takes_time else None
        told = {lock.calendar_id: lock for lock in Betty24Lock.objects.filter(entry=entry, connection=self.connection)}
        if binding is not None:
            self._lock(entry, binding, told.pop(binding.calendar_id, None), now)
        for lock in told.values():
            self.client.unlock(lock.calendar_id, reference_of(entry.pk))
            lock.delete()
            self.counts["unlocked"] += 1

    def settle(self, booking: Betty24Booking, entry: Entry, *, now: datetime) -> None:
        """Tell the portal what became of its booking: where it landed, or that the practice cancelled it."""
        is_gone = entry.deleted_at is not None or entry.status == Status.CANCELLED
        if booking.status == Betty24Booking.Status.CANCELLED:
            if not is_gone and booking.cancelled_by == "practice":
                ask_staff(self.connection, Betty24Task.Kind.REVIVED, now=now, booking=booking, entry_id=entry.pk)
        elif is_gone:
            self._cancel(booking, now)
        else:
            self._place(booking, entry)

    def _place(self, booking: Betty24Booking, entry: Entry) -> None:
        result = "extra" if entry.placement == Placement.EXTRA else "slot"
        if booking.placement_told == result:
            return
        if result == "slot":
            self._expect_lock(booking, entry)
        try:
            self.client.place(booking.portal_id, version=booking.version, result=result, ref=reference_of(entry.pk))
        except UnknownBooking:
            return
        # Only if the patient did not change it meanwhile: then the portal has to hear it again.
        Betty24Booking.objects.filter(pk=booking.pk, version=booking.version).update(placement_told=result)
        self.counts["placed"] += 1

    def _expect_lock(self, booking: Betty24Booking, entry: Entry) -> None:
        """The portal locks the time of a placed booking for us: it has to be taken away again if the entry is elsewhere
        by now."""
        Betty24Lock.objects.get_or_create(
            practice_id=entry.practice_id, connection=self.connection, entry=entry, calendar_id=booking.calendar_id,
            defaults={"starts_at": booking.starts_at, "ends_at": booking.ends_at, "kind": "appointment"},
        )  # fmt: skip

    def _cancel(self, booking: Betty24Booking, now: datetime) -> None:
        told = self.client.cancel(booking.portal_id)
        if isinstance(told, PortalBooking) and not told.is_cancelled:
            raise OutsideError("Das Portal hat die Absage nicht angenommen.", status=200)
        version = told.version if isinstance(told, PortalBooking) else booking.version
        by = told.cancelled_by if isinstance(told, PortalBooking) and told.cancelled_by else "practice"
        Betty24Booking.objects.filter(pk=booking.pk, version__lte=version).update(
            status=Betty24Booking.Status.CANCELLED, version=version, cancelled_at=now, cancelled_by=by
        )
        self.counts["cancelled_online"] += 1

    def _lock(self, entry: Entry, binding: Betty24Binding, told: Betty24Lock | None, now: datetime) -> None:
        kind = KINDS.get(Kind(entry.kind), "lock")
        if told and told.confirmed_at and (told.starts_at, told.ends_at) == (entry.starts_at, entry.ends_at):
            return
        # Written before the call: whatever may have arrived there can be taken back.
        lock = told or Betty24Lock(practice_id=entry.practice_id, connection=self.connection, entry=entry)
        lock.calendar_id, lock.kind, lock.confirmed_at = binding.calendar_id, kind, None
        lock.starts_at, lock.ends_at = entry.starts_at, entry.ends_at
        if told is None:
            insert(lock)
        else:
            lock.save(update_fields=["starts_at", "ends_at", "kind", "confirmed_at"])
        self._send_lock(entry, binding, Taken(reference_of(entry.pk), entry.starts_at, entry.ends_at, kind), now)
        if not Betty24Lock.objects.filter(pk=lock.pk, connection__account=self.connection.account).update(
            confirmed_at=now
        ):
            raise OutsideError("Die Verbindung wurde gerade geändert.")
        self.counts["locked"] += 1

    def _send_lock(self, entry: Entry, binding: Betty24Binding, taken: Taken, now: datetime) -> None:
        for _attempt in range(MOST_CONFLICTS):
            try:
                self.client.lock(binding.calendar_id, taken)
                return
            except AlreadyBooked as conflict:
                self.yield_to(conflict.booking, entry_id=entry.pk, now=now)
        raise OutsideError("Im Portal sind in dieser Zeit zu viele Termine gebucht.", status=409)

    def yield_to(self, told: PortalBooking, *, entry_id: int, now: datetime) -> None:
        """The patient's booking was first at the portal: it becomes an appointment too, usually an extra one, staff
        hear of it, and the portal hears where it landed; after that it lets our lock pass."""
        known = _booking(self.connection, told)
        if known is None or known.version < told.version:
            apply_bookings(self.connection, [told], now=now)
            known = _booking(self.connection, told)
        if known is None:
            raise OutsideError("Das Portal nennt eine Buchung, die sich nicht übernehmen lässt.", status=409)
        if known.entry_id != entry_id:
            ask_staff(self.connection, Betty24Task.Kind.CONFLICT, now=now, booking=known, entry_id=entry_id)
            self.counts["conflicts"] += 1
        if known.entry_id is None:
            # No appointment could be made of it; staff are asked about that, and our lock keeps its time meanwhile.
            self.client.place(told.id, version=told.version, result="extra", ref=reference_of(entry_id))
            return
        Betty24Booking.objects.filter(pk=known.pk).update(placement_told="")
        known.placement_told = ""
        other = entries_by_id([known.entry_id])[known.entry_id]
        self.settle(known, other, now=now)
        queue_entry(self.connection, entry_id=other.pk, column_id=other.column_id, now=now)


def _booking(connection: Betty24Connection, told: PortalBooking) -> Betty24Booking | None:
    return Betty24Booking.objects.filter(connection=connection, portal_id=told.id).first()
