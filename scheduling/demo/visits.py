"""Appointments of the demo and what became of them by now."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from accounts.models import Patient
from scheduling.demo.house import House
from scheduling.demo.people import PROVISIONAL
from scheduling.demo.planning import Plan
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.models.entry import Origin, Status
from scheduling.services import (
    NewAppointment,
    Person,
    book_appointment,
    cancel_appointment,
    park_appointment,
    set_visit_status,
)
from scheduling.services.timing import minutes_of
from scheduling.slots import Range

TEXTS = ("nüchtern", "bringt Befunde mit", "Überweisung liegt vor", "Einwilligung liegt vor", "Begleitung Tochter")


@dataclass
class Visits:
    plan: Plan
    house: House
    # Nobody is in two rooms at once, and few people come twice in a week.
    lately: list[int] = field(default_factory=list)

    def plan_visit(self, column: CalendarColumn, stretch: Range, kind: AppointmentType | None) -> None:
        chance = self.plan.chance
        wanted = NewAppointment(
            column=column,
            starts_at=stretch.starts_at,
            appointment_type=kind,
            minutes=minutes_of(stretch.starts_at, stretch.ends_at),
            text=chance.choice(TEXTS) if chance.random() < 0.15 else "",
        )
        if chance.random() < 0.12:
            last, first = chance.choice(PROVISIONAL)
            is_from_web = kind is not None and kind.is_online and chance.random() < 0.6
            wanted = replace(
                wanted,
                person=Person(last_name=last, first_name=first, contact_phone="0151 5550142"),
                origin=Origin.WEB if is_from_web else Origin.PRACTICE,
            )
        else:
            wanted = replace(wanted, patient=self._patient())
        if stretch.starts_at > self.plan.now + timedelta(days=1) and chance.random() < 0.06:
            wanted = replace(wanted, status=Status.TENTATIVE)
        self.plan_booking(wanted, self.plan.some_days_before(stretch.starts_at), stretch)

    def plan_booking(self, wanted: NewAppointment, at: datetime, stretch: Range | None = None) -> None:
        plan = self.plan
        made: list[Entry] = []
        actor = None if wanted.origin == Origin.WEB else self.house.reception
        plan.add(
            at,
            lambda then: made.append(
                book_appointment(practice=self.house.practice, wanted=wanted, actor=actor, now=then)
            ),
        )
        if stretch is None:
            return
        for then, status in became_of(stretch, plan):
            plan.add(then, partial(self._set, made, status))

    def plan_cancelled(self, wanted: NewAppointment) -> None:
        booked_at = self._long_before(wanted.starts_at)
        self._then(
            wanted, booked_at, lambda entry, at: cancel_appointment(entry=entry, actor=self.house.reception, now=at)
        )

    def plan_parked(self, wanted: NewAppointment) -> None:
        booked_at = self._long_before(wanted.starts_at)
        self._then(
            wanted, booked_at, lambda entry, at: park_appointment(entry=entry, actor=self.house.reception, now=at)
        )

    def _then(self, wanted: NewAppointment, booked_at: datetime, change: Callable[[Entry, datetime], object]) -> None:
        made: list[Entry] = []
        self.plan.add(
            booked_at,
            lambda at: made.append(
                book_appointment(practice=self.house.practice, wanted=wanted, actor=self.house.reception, now=at)
            ),
        )
        self.plan.add(booked_at + timedelta(hours=2), lambda at: change(made[0], at))

    def _long_before(self, starts_at: datetime) -> datetime:
        """Before anybody else is booked there: its time is free again when the next one gets it."""
        return self.plan.some_days_before(starts_at, least=36, most=45)

    def _set(self, made: list[Entry], status: Status, at: datetime) -> None:
        """`made`: filled with the one appointment by the step before."""
        set_visit_status(entry=made[0], status=status, actor=self.house.reception, now=at)

    def _patient(self) -> Patient:
        while True:
            patient = self.plan.chance.choice(self.house.patients)
            if patient.pk not in self.lately:
                self.lately = [*self.lately, patient.pk][-(len(self.house.patients) // 2) :]
                return patient


def became_of(stretch: Range, plan: Plan) -> list[tuple[datetime, Status]]:
    """What reception has entered about a visit until now."""
    chance, now = plan.chance, plan.now
    minutes_late = timedelta(minutes=chance.randint(2, 9))
    early = timedelta(minutes=chance.randint(8, 25))
    if stretch.ends_at <= now:
        if chance.random() < 0.05:
            return [(stretch.ends_at, Status.NO_SHOW)]
        if stretch.ends_at.date() < now.date():
            return [(stretch.ends_at, Status.DONE)]
        return [(stretch.starts_at - early, Status.ARRIVED), (stretch.ends_at, Status.DONE)]
    if stretch.starts_at + minutes_late <= now:
        return [(stretch.starts_at - early, Status.ARRIVED), (stretch.starts_at + minutes_late, Status.IN_ROOM)]
    if stretch.starts_at - early <= now:
        return [(stretch.starts_at - early, Status.ARRIVED)]
    return []
