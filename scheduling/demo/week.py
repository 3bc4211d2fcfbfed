"""One week of the demo practice: meetings, remarks and notes first, then people."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from scheduling.demo.house import House
from scheduling.demo.people import PROVISIONAL
from scheduling.demo.planning import Plan, stretches
from scheduling.demo.visits import Visits
from scheduling.models import CalendarColumn
from scheduling.models.entry import Kind, Placement
from scheduling.selectors.columns import grid_rules
from scheduling.services import NewAppointment, Person, reserve_time, set_note, set_remark
from scheduling.services.reserving import Stretch
from scheduling.slots import Range

# Column, weekday, from, until, text. None: all columns.
RESERVATIONS = (
    (None, 0, time(8), time(8, 30), "Teambesprechung"),
    ("Dr. Brandes", 3, time(14), time(15, 30), "Hausbesuche"),
    ("EKG", 2, time(10, 30), time(11, 30), "Wartung Gerät, Fa. Medtechnik Hain"),
    ("Dr. Reuter", 4, time(11, 30), time(12, 30), "Qualitätszirkel"),
)
MARKS = (
    ("Dr. Reuter", 0, time(11, 45), 15, Kind.LOCK, "Rückruf Klinik"),
    ("Dr. Reuter", 0, time(15), 15, Kind.NOTE, "Puffer Notfall"),
    ("Dr. Reuter", 1, time(12), 30, Kind.NOTE, "nur Rezepte"),
    ("Dr. Reuter", 3, time(16, 30), 15, Kind.LOCK, "Gutachten"),
    ("Dr. Brandes", 1, time(15, 30), 15, Kind.NOTE, "Platz für Akutfälle"),
    ("Dr. Brandes", 2, time(11, 45), 30, Kind.NOTE, "nur Kinder"),
    ("Dr. Brandes", 4, time(10), 15, Kind.LOCK, "Telefonat Pflegedienst"),
    ("Labor", 2, time(11), 30, Kind.LOCK, "Kurier holt ab"),
    ("EKG", 1, time(11), 30, Kind.NOTE, "Elektroden knapp"),
    ("Video", 4, time(11), 15, Kind.NOTE, "nach Absprache Dr. Reuter"),
)
FULL_DAY = 3


def plan_week(plan: Plan, house: House, monday: date, *, density: float, full_day: int | None = None) -> None:
    """`full_day`: the weekday on which hardly a slot is left."""
    columns = list(house.columns.values())
    rules = grid_rules([column.pk for column in columns])
    visits = Visits(plan, house)
    for offset in range(5):
        day = monday + timedelta(days=offset)
        blocked = _plan_marks(plan, house, day)
        for name, column in house.columns.items():
            types = house.allowed.get(name) or list(house.types.values())
            if not types:
                continue
            lengths = [kind.minutes for kind in types]
            chosen = stretches(
                [rule for rule in rules if rule.column_id == column.pk], day, plan, blocked=blocked.get(name, []),
                density=0.98 if offset == full_day else density, lengths=lengths,
            )  # fmt: skip
            for stretch, index in chosen:
                visits.plan_visit(column, stretch, types[index])
        _plan_aside(plan, house, visits, day)


def _plan_marks(plan: Plan, house: House, day: date) -> dict[str, list[Range]]:
    """Plans them and answers what they block, per column. Notes block nothing."""
    blocked: dict[str, list[Range]] = {}
    for name, weekday, from_time, until_time, text in RESERVATIONS:
        if weekday != day.weekday():
            continue
        names = [name] if name else list(house.columns)
        columns = [house.columns[each] for each in names if each in house.columns]
        stretch = Stretch(columns=columns, days=[day], from_time=from_time, until_time=until_time)
        start, end = (
            plan.wall(day, from_time.hour, from_time.minute),
            plan.wall(day, until_time.hour, until_time.minute),
        )
        for each in names:
            blocked.setdefault(each, []).append(Range(start, end))
        _plan_reservation(plan, house, start, stretch, text)
    for name, weekday, from_time, minutes, kind, text in MARKS:
        if weekday != day.weekday() or name not in house.columns:
            continue
        start = plan.wall(day, from_time.hour, from_time.minute)
        if kind == Kind.LOCK:
            blocked.setdefault(name, []).append(Range(start, start + timedelta(minutes=minutes)))
        _plan_mark(plan, house, house.columns[name], start, minutes, kind, text)
    return blocked


def _plan_reservation(plan: Plan, house: House, starts_at: datetime, stretch: Stretch, text: str) -> None:
    def run(at: datetime) -> None:
        reserve_time(practice=house.practice, stretch=stretch, text=text, actor=house.reception, now=at)

    plan.add(plan.some_days_before(starts_at), run)


def _plan_mark(
    plan: Plan, house: House, column: CalendarColumn, starts_at: datetime, minutes: int, kind: Kind, text: str
) -> None:
    service = set_remark if kind == Kind.LOCK else set_note

    def run(at: datetime) -> None:
        service(
            practice=house.practice, column=column, starts_at=starts_at, minutes=minutes, text=text,
            actor=house.reception, now=at,
        )  # fmt: skip

    plan.add(plan.some_days_before(starts_at), run)


def _plan_aside(plan: Plan, house: House, visits: Visits, day: date) -> None:
    """Beside the grid: extra appointments, and on two days something cancelled."""
    doctors = [house.columns[name] for name in ("Dr. Reuter", "Dr. Brandes") if name in house.columns]
    if not doctors:
        return
    today = plan.now.astimezone(plan.zone).date()
    extras = 3 if day == today else plan.chance.randint(0, 2)
    texts = ("Verband wechseln, 10 Min.", "Schein fehlt", "ruft vorher an", "nur Rezept und Überweisung")
    for number in range(extras):
        column = doctors[number % len(doctors)]
        starts_at = plan.wall(day, 11 + number, 10 * plan.chance.randint(1, 5))
        wanted = NewAppointment(
            column=column, starts_at=starts_at, minutes=10, placement=Placement.EXTRA, text=plan.chance.choice(texts)
        )
        if number % 2 == 0:
            last, first = plan.chance.choice(PROVISIONAL)
            caller = Person(last_name=last, first_name=first, contact_phone="0151 5550199")
            wanted = replace(wanted, person=caller)
        else:
            wanted = replace(wanted, patient=plan.chance.choice(house.patients))
        visits.plan_booking(wanted, plan.some_days_before(starts_at))
    if day.weekday() in (1, 4):
        column = plan.chance.choice(doctors)
        wanted = NewAppointment(
            column=column, starts_at=plan.wall(day, 9, 15), minutes=15, patient=plan.chance.choice(house.patients)
        )
        visits.plan_cancelled(wanted)
