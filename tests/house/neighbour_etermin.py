"""What eTermin and the call API told the practice next door."""

from datetime import datetime, timedelta

from django.db.models import Model

from accounts.models import DoctorRole, Practice
from integrations.arztkonsultation.models import DoorCall
from integrations.etermin.models import EterminAppointment, EterminCalendar, EterminConnection, EterminDelivery
from integrations.etermin.models import EterminTask as Task
from integrations.etermin.reduced import Reduced
from videosprechstunde.services.reserving import Reservation, reserve_call


def etermin_rows(practice: Practice, role: DoctorRole, mark: str, now: datetime) -> dict[str, Model]:
    """Inside the scope of the practice, by the name of the URL parameter that would carry its id."""
    connection = EterminConnection.objects.create(
        practice=practice, public_id=mark, secret=mark, booking_page=f"https://{mark}.example", public_key=mark
    )
    calendar = EterminCalendar.objects.create(
        practice=practice, connection=connection, calendar_id=mark, name=mark, reference=mark, seen_at=now
    )
    told = Reduced(uid=mark, last_name=mark, first_name=mark, email=f"{mark}@x.example").dumps()
    appointment = EterminAppointment.objects.create(
        practice=practice, connection=connection, uid_hash=mark, told=told, calendar=calendar
    )
    delivery = EterminDelivery.objects.create(
        practice=practice, connection=connection, appointment=appointment, door="webhook", command="created", body=told,
        received_at=now, due_at=now, state="failed", outcome="dead", reason=mark, last_error=mark,
    )  # fmt: skip
    task = Task.objects.create(practice=practice, kind="no_column", calendar=calendar, created_at=now)
    wanted = Reservation(begins_at=now + timedelta(hours=1), minutes=15, name=mark, email=f"{mark}@x.example")
    call = DoorCall.objects.create(
        practice=practice, doctor_role=role, begins_at=now, minutes=15, extid=mark, room=mark, name=mark,
        video_call=reserve_call(practice=practice, wanted=wanted, now=now), valid_until=now, created_at=now,
        updated_at=now,
    )  # fmt: skip
    return {"call_id": call, "delivery_id": delivery, "etermin_task_id": task}
