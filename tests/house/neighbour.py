"""Rows of the practice next door. Every text of theirs carries MARK, so that a leak shows in any page."""

from datetime import date, datetime

from django.db.models import Model
from django.utils import timezone
from django_scopes import scope

from accounts.models import DoctorRole, Mandant, Practice, Treatment
from accounts.services.tokens import create_token
from integrations.betty24.models import Betty24Binding, Betty24Booking, Betty24Job, Betty24Task
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from scheduling.models import CalendarColumn
from scheduling.models.entry import Placement
from scheduling.services import Person
from tests.factories import at, make_appointment, make_column, make_patient, make_practice, make_type, make_user
from tests.house.neighbour_accounts import account_rows
from tests.house.neighbour_downloads import download_rows
from tests.house.neighbour_etermin import etermin_rows
from tests.house.neighbour_messages import message_rows
from tests.house.neighbour_video import video_rows

MARK = "Zzfremd"


def make_neighbour_rows(starts_on: date) -> dict[str, Model]:
    """By the name of the URL parameter that would carry its id."""
    practice = make_practice("fremd")
    Practice.objects.filter(pk=practice.pk).update(name=MARK)
    user = make_user(practice, "zzfremd@nachbar.example", last_name=MARK, first_name=MARK)
    with scope(practice=practice):
        Mandant.objects.update(name=MARK)
        role = DoctorRole.objects.create(practice=practice, name=MARK)
        column = make_column(practice, MARK, location=MARK)
        patient = make_patient(practice, MARK, MARK, number="4711", email="zzfremd@x.example")
        appointment_type = make_type(practice, MARK, is_video=True)
        entry = make_appointment(
            column, at(9, day=starts_on), patient=patient, actor=user, text=MARK, appointment_type=appointment_type
        )
        make_appointment(
            column, at(10, day=starts_on), person=Person(last_name=MARK), actor=user, placement=Placement.EXTRA
        )
        mandant = Mandant.objects.get()
        Treatment.objects.create(practice=practice, patient=patient, mandant=mandant, started_on=starts_on)
        token, _secret = create_token(user=user, scopes=["calendar:read"], now=timezone.now(), name=MARK)
        rule = column.grid_rules.first()
        assert rule
        return {
            "entry_id": entry, "appointment_id": entry, "patient_id": patient, "column_id": column, "rule_id": rule,
            "calendar_id": column.calendar, "type_id": appointment_type, "user_id": user, "mandant_id": mandant,
            "role_id": role, "token_id": token, **_online_rows(practice, column, at(9, day=starts_on)),
            **etermin_rows(practice, role, MARK, timezone.now()),
            **account_rows(practice, patient, user, MARK, timezone.now()),
            **download_rows(practice, user, MARK, timezone.now()),
            **message_rows(practice, entry, patient, MARK, timezone.now()),
            **video_rows(practice, entry, MARK, timezone.now()),
        }  # fmt: skip


def _online_rows(practice: Practice, column: CalendarColumn, starts_at: datetime) -> dict[str, Model]:
    now = timezone.now()
    connection = save_connection(
        practice=practice, fields=ConnectionFields(host="https://zzfremd.example", api_key=MARK),
        bindings=[Wish(1, MARK, column)], actor=None, now=now,
    )  # fmt: skip
    binding = Betty24Binding.objects.get(connection=connection)
    booking = Betty24Booking.objects.create(
        practice=practice, connection=connection, portal_id=MARK, version=1, calendar_id=MARK, starts_at=starts_at,
        ends_at=starts_at, status="booked", last_name=MARK, first_name=MARK, received_at=now,
    )  # fmt: skip
    job = Betty24Job.objects.create(
        practice=practice, connection=connection, binding=binding, kind="compare", due_at=now, last_error=MARK
    )
    task = Betty24Task.objects.create(
        practice=practice, connection=connection, kind="vanished", booking=booking, created_at=now
    )
    return {"binding_id": binding, "booking_id": booking, "job_id": job, "task_id": task}
