"""Video appointments of the demo in every light of the guide; through the services, never by raw rows."""

from datetime import datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from django.db import transaction
from django_scopes import scope

from accounts.models import Patient, Practice, User
from accounts.selectors import living_patients, practice_by_slug, user_by_email
from accounts.selectors.access_facts import access_facts
from accounts.services.demo_accounts import Standing, give_demo_access
from accounts.services.demo_online import make_demo_online_accounts
from accounts.services.patients import update_patient
from scheduling.models import CalendarColumn, Entry
from scheduling.selectors import active_appointment_types, active_columns, next_free_slots
from scheduling.selectors.video import video_appointments, video_ids_between
from scheduling.services import NewAppointment, book_appointment
from videosprechstunde.selectors.waiting import patient_members_of
from videosprechstunde.services.calls import sync_call
from videosprechstunde.services.inviting import address_of, send_invitation

AHEAD = timedelta(days=28)
# None: no account at all. Most people are ready, as in a house that has done this for a while.
STANDINGS = (
    Standing.USED, Standing.INVITED, Standing.USED, None, Standing.USED, Standing.OFF, Standing.USED, Standing.UNUSED,
    Standing.USED, Standing.EXPIRED,
)  # fmt: skip
PATIENT_EMAIL = "patientin@demo.example"
# A doctor without an account; one video appointment is booked there.
WITHOUT_ACCOUNT = "Dr. Brandes"


def fill_video(*, now: datetime) -> int:
    """Once; answers how many accounts that were."""
    practice, reception = practice_by_slug("demo"), user_by_email("empfang@demo.example")
    if practice is None or reception is None:
        return 0
    with scope(practice=practice), transaction.atomic():
        make_demo_online_accounts(practice=practice, now=now)
        people = list(living_patients())
        if any(one.account for one in access_facts(people, coupling=None).values()):
            return 0
        _book_with(WITHOUT_ACCOUNT, practice, people[0], reception, now)
        known = [entry.patient for entry in _coming(now) if entry.patient is not None]
        patients = list(dict.fromkeys(known))
        _ask_for_emails(patients, reception, now)
        _send_what_waits(reception, now)
        return _give_access(patients, reception, now)


def _send_what_waits(reception: User, now: datetime) -> None:
    """Link and TAN, to whoever had no address when the appointment was booked."""
    for entry in _coming(now):
        sync_call(entry_id=entry.pk, actor_id=reception.pk, now=now)
    for member in patient_members_of([entry.pk for entry in _coming(now)]).values():
        if member.sent_at is None and address_of(member):
            send_invitation(member=member, actor_id=reception.pk, now=now)


def _coming(now: datetime) -> list[Entry]:
    return video_appointments(video_ids_between(now, now + AHEAD, now))


def _ask_for_emails(patients: list[Patient], reception: User, now: datetime) -> None:
    """Who wants a video appointment is asked for an address; now and then somebody forgets it."""
    without = [patient for patient in patients if not patient.email]
    for number, patient in enumerate(without):
        if number % 5:
            update_patient(patient=patient, actor=reception, now=now, email=f"video{number}@post.example")


def _give_access(patients: list[Patient], reception: User, now: datetime) -> int:
    reachable = [patient for patient in patients if patient.email]
    done = 0
    for patient, standing in zip(reachable, cycle(STANDINGS), strict=False):
        if standing is not None:
            email = PATIENT_EMAIL if done == 0 else patient.email
            give_demo_access(patient=patient, email=email, standing=standing, actor=reception, now=now)
            done += 1
    return done


def _book_with(name: str, practice: Practice, patient: Patient, reception: User, now: datetime) -> None:
    """A video appointment with a doctor who has no account: the first free slot of tomorrow or later."""
    columns: dict[str, CalendarColumn] = {column.name: column for column in active_columns()}
    kinds = [kind for kind in active_appointment_types() if kind.is_video]
    if name not in columns or not kinds:
        return
    column, zone = columns[name], ZoneInfo(practice.time_zone)
    slots = next_free_slots(
        [column.pk], after=now + timedelta(hours=1), zone=zone, type_id=kinds[0].pk, minutes=kinds[0].minutes, limit=1
    )
    for slot in slots:
        wanted = NewAppointment(column=column, starts_at=slot.starts_at, appointment_type=kinds[0], patient=patient)
        book_appointment(practice=practice, wanted=wanted, actor=reception, now=now)
