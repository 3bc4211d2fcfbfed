"""Teilnehmer der Videosprechstunde (mission V1): taken from the online accounts, with doctor roles and a type."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import DoctorRole, OnlineParticipant, Practice, User
from accounts.selectors import active_doctor_roles, usable_participants
from praxis.core.constraints import unless_taken
from praxis.core.events import publish
from praxis.core.exceptions import PraxisError
from scheduling.models import AppointmentType
from videosprechstunde.events import VideoParticipantSaved
from videosprechstunde.models import VideoParticipant

ONCE = "video_participant_once"


class VideoParticipantInvalid(PraxisError):
    """Not usable, taken already, or without a doctor role of the practice."""


@transaction.atomic
def add_video_participant(
    *, practice: Practice, participant: OnlineParticipant, doctor_roles: Sequence[DoctorRole],
    appointment_type: AppointmentType | None, actor: User, now: datetime,
) -> VideoParticipant:  # fmt: skip
    """Raises VideoParticipantInvalid."""
    if not usable_participants().filter(pk=participant.pk).exists():
        raise VideoParticipantInvalid(
            _("Nur aktive Teilnehmer aktiver Online-Konten können teilnehmen."), field="participant"
        )
    _check(practice, doctor_roles, appointment_type)
    added = VideoParticipant(
        practice=practice, participant=participant, appointment_type=appointment_type, created_at=now
    )
    taken = VideoParticipantInvalid(_("Dieser Teilnehmer nimmt schon teil."), field="participant")
    with unless_taken(ONCE, taken):
        added.save(force_insert=True)
    added.doctor_roles.set(doctor_roles)
    _tell(added, actor)
    return added


@transaction.atomic
def change_video_participant(
    *, video_participant: VideoParticipant, doctor_roles: Sequence[DoctorRole],
    appointment_type: AppointmentType | None, actor: User,
) -> None:  # fmt: skip
    """Raises VideoParticipantInvalid."""
    _check(video_participant.practice, doctor_roles, appointment_type)
    video_participant.appointment_type = appointment_type
    video_participant.save(update_fields=["appointment_type"])
    video_participant.doctor_roles.set(doctor_roles)
    _tell(video_participant, actor)


@transaction.atomic
def remove_video_participant(*, video_participant: VideoParticipant, actor: User, now: datetime) -> None:
    """The online account, its participant and the doctor roles stay. Twice changes nothing."""
    if VideoParticipant.objects.filter(pk=video_participant.pk, removed_at=None).update(removed_at=now):
        _tell(video_participant, actor)


def _check(practice: Practice, roles: Sequence[DoctorRole], appointment_type: AppointmentType | None) -> None:
    wanted = {role.pk for role in roles}
    known = set(active_doctor_roles().filter(pk__in=wanted).values_list("pk", flat=True))
    if not wanted or wanted != known:
        raise VideoParticipantInvalid(_("Bitte mindestens eine Arztrolle wählen."), field="doctor_roles")
    if appointment_type is not None and appointment_type.practice_id != practice.pk:
        raise VideoParticipantInvalid(_("Bitte eine Terminart der Praxis wählen."), field="appointment_type")


def _tell(one: VideoParticipant, actor: User) -> None:
    publish(VideoParticipantSaved(practice_id=one.practice_id, actor_id=actor.pk, video_participant_id=one.pk))
