"""Fills the demo practices as their people would have done it: through the services, never by raw rows."""

import random
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django_scopes import scope

from accounts.models import User
from accounts.selectors import practice_by_slug
from accounts.services.demo_users import create_demo_user, put_off_second_factor
from accounts.services.mandanten import create_mandant
from accounts.services.patients import as_fields, register_patient
from accounts.services.practices import create_practice
from praxis.core.localtime import day_bounds, local_day
from scheduling.demo.house import COLUMNS, TYPES, House, build_house, find_house
from scheduling.demo.people import patients
from scheduling.demo.planning import Plan
from scheduling.demo.visits import Visits
from scheduling.demo.week import FULL_DAY, plan_week
from scheduling.models import Entry
from scheduling.models.entry import Kind, Placement, Status
from scheduling.services import NewAppointment, set_visit_status
from scheduling.services.appointment_types import create_appointment_type
from scheduling.services.calendars import create_calendar
from scheduling.services.columns import create_column
from scheduling.services.grid_rules import RasterDraft, add_grid_rules

SEED = 4711
# Weeks from this one on and how full they are.
WEEKS = ((-1, 0.15), (0, 0.52), (1, 0.24), (2, 0.1))


@transaction.atomic
def fill_demo(*, now: datetime) -> int:
    """Adds what is missing for the weeks around `now`; answers how many entries and changes that were."""
    chance = random.Random(SEED)
    practice = practice_by_slug("demo")
    is_new = practice is None
    if practice is None:
        practice = create_practice(slug="demo", name="Hausarztpraxis am Markt", actor=None, now=now)
    zone = ZoneInfo(practice.time_zone)
    today = local_day(now, zone)
    with scope(practice=practice):
        house = build_house(practice, chance, now=now, today=today) if is_new else find_house(practice)
        done = 0
        if house and house.patients:
            done = _bring_up_to_date(house, now, today, zone)
            done += _fill_weeks(house, Plan(now, zone, chance), today, with_clipboard=is_new)
    if practice_by_slug("nachbar") is None:
        _fill_neighbour(random.Random(SEED + 1), now, zone)
    put_off_second_factor(slugs=("demo", "nachbar"), now=now)
    return done


def _bring_up_to_date(house: House, now: datetime, today: date, zone: ZoneInfo) -> int:
    """Days that went by since the last start: what was booked before its day is over by now."""
    over = Entry.objects.select_related("practice", "column__practice", "patient").filter(
        kind=Kind.APPOINTMENT, placement=Placement.GRID, deleted_at=None, ends_at__lte=now,
        status__in=[Status.DEFINITE, Status.TENTATIVE, Status.ARRIVED, Status.IN_ROOM],
    )  # fmt: skip
    changed = 0
    for entry in over:
        booked_on = local_day(entry.created_at, zone)
        if booked_on < local_day(entry.starts_at, zone) <= today:
            set_visit_status(entry=entry, status=Status.DONE, actor=house.reception, now=now)
            changed += 1
    return changed


def _fill_weeks(house: House, plan: Plan, today: date, *, with_clipboard: bool) -> int:
    this_monday = today - timedelta(days=today.weekday())
    for offset, density in WEEKS:
        monday = this_monday + timedelta(weeks=offset)
        starts_at, _end = day_bounds(monday, plan.zone)
        _start, ends_at = day_bounds(monday + timedelta(days=6), plan.zone)
        if not Entry.objects.filter(starts_at__gte=starts_at, starts_at__lt=ends_at).exists():
            plan_week(plan, house, monday, density=density, full_day=FULL_DAY if offset == 0 else None)
    if with_clipboard:
        _park_one(house, plan, today)
    return plan.carry_out()


def _park_one(house: House, plan: Plan, today: date) -> None:
    wanted = NewAppointment(
        column=house.columns["Dr. Reuter"], starts_at=plan.wall(today + timedelta(days=1), 9, 15),
        patient=house.patients[0], appointment_type=house.types["Kontrolle"], text="ruft wegen neuem Termin an",
    )  # fmt: skip
    Visits(plan, house).plan_parked(wanted)


def _fill_neighbour(chance: random.Random, now: datetime, zone: ZoneInfo) -> None:
    """A second, small practice, so that everybody can see that nothing of the first one is seen there."""
    practice = create_practice(slug="nachbar", name="Praxis Dr. Nachbar", actor=None, now=now)
    today = local_day(now, zone)
    with scope(practice=practice):
        reception = create_demo_user(
            practice=practice, email="empfang@nachbar.example", first_name="Jonas", last_name="Wirth",
            role=User.Role.RECEPTION, actor=None, now=now,
        )  # fmt: skip
        create_mandant(practice=practice, name="Dr. Nachbar", licence_number="DE-0815-01", actor=reception)
        name, minutes, is_video, is_online = TYPES[0]
        kind = create_appointment_type(
            practice=practice, actor=reception, name=name, minutes=minutes, is_video=is_video, is_online=is_online
        )
        calendar = create_calendar(practice=practice, name="Praxis", actor=reception)
        column = create_column(calendar=calendar, name="Dr. Nachbar", kind="doctor", location="Zi 1", actor=reception)
        for weekdays, from_time, until_time, online in COLUMNS[0][3]:
            draft = RasterDraft(
                weekdays=weekdays, from_time=from_time, until_time=until_time, slot_minutes=15,
                valid_from=date(today.year - 1, 1, 1), is_online=online,
            )  # fmt: skip
            add_grid_rules(column=column, draft=draft, actor=reception)
        people = [
            register_patient(practice=practice, actor=reception, now=now, **as_fields(fields))
            for fields in patients(chance, 20, today)
        ]
        house = House(practice, reception, {column.name: column}, {kind.name: kind}, {}, people)
        house.allowed[column.name] = [kind]
        plan = Plan(now, zone, chance)
        plan_week(plan, house, today - timedelta(days=today.weekday()), density=0.35)
        plan.carry_out()
