"""A practice with old participants and the online accounts they move to."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import DoctorRole, OnlineAccount, OnlineParticipant, Practice, User
from accounts.services.online_accounts import confirm_online_account, register_online_account
from accounts.services.participants import add_participant
from praxis.core.sweeping import run_due
from scheduling.models import AppointmentType, CalendarColumn, Entry
from scheduling.models.entry import Placement
from tests.factories import make_appointment, make_column, make_patient, make_type
from videosprechstunde.models import KontoRow, KontoRun, LegacyAppointment, LegacyParticipant, VideoCall
from videosprechstunde.models.settings import Provider
from videosprechstunde.selectors.konto_plan import plan_migration
from videosprechstunde.services.konto.assigning import assign_participant, mark_for_deletion
from videosprechstunde.services.konto.starting import start_run
from videosprechstunde.tans import link_hash

SECRET = "altes-geheimnis-nummer-{:04d}"


@dataclass
class OldWorld:
    practice: Practice
    admin: User
    moment: datetime
    host: str
    account: OnlineAccount
    kind: AppointmentType
    columns: dict[int, CalendarColumn] = field(default_factory=dict)
    links: int = 0

    def role(self, name: str) -> DoctorRole:
        role = DoctorRole.objects.create(practice=self.practice, name=name)
        self.columns[role.pk] = make_column(self.practice, f"Video {name}", kind="video", doctor_role=role)
        return role

    def old(self, name: str, **fields: Any) -> LegacyParticipant:
        """With a doctor role of the same name, unless `roles` says otherwise."""
        roles = fields.pop("roles", None)
        user = fields.pop("user", name.lower().replace(" ", "-"))
        legacy = LegacyParticipant.objects.create(
            practice=self.practice, name=name, provider="VSS alt", host=self.host, provider_user=user,
            credentials=f"kennwort von {user}", imported_at=self.moment, **fields,
        )  # fmt: skip
        legacy.doctor_roles.set([self.role(name)] if roles is None else roles)
        return legacy

    def target(self, name: str, user: User | None = None) -> OnlineParticipant:
        return add_participant(account=self.account, name=name, user=user, actor=self.admin, now=self.moment)

    def appointment(
        self, legacy: LegacyParticipant, *, minutes_ahead: int = 3 * 24 * 60, sent: bool = True, email: str = "",
        mobile: str = "", link: str | None = None,
    ) -> Entry:  # fmt: skip
        """Booked while the practice used the old service: its call opens with the link of that."""
        self.links += 1
        link = f"https://alt.example/raum/{SECRET.format(self.links)}" if link is None else link
        starts_at = self.moment.replace(second=0, microsecond=0) + timedelta(minutes=minutes_ahead)
        patient = make_patient(self.practice, f"Patient{self.links}", email=email, mobile=mobile)
        entry = make_appointment(
            self.columns[legacy.doctor_roles.order_by("pk")[0].pk], starts_at, now=self.moment, patient=patient,
            appointment_type=self.kind, minutes=30, placement=Placement.EXTRA,
        )  # fmt: skip
        known = LegacyAppointment.objects.filter(entry=entry)
        assert known.get().participant == legacy, "a booking with its role is the old participant's"
        if link:
            secret = link.rpartition("/")[2]
            known.update(link_hash=link_hash(secret), link_sent_at=self.moment if sent else None)
            set_link(known.get(), link)
        return entry

    def assign(self, legacy: LegacyParticipant, target: OnlineParticipant) -> None:
        assign_participant(legacy=legacy, participant=target, actor=self.admin, now=self.moment)

    def bin(self, legacy: LegacyParticipant) -> None:
        mark_for_deletion(legacy=legacy, actor=self.admin, now=self.moment)

    def pair(self, name: str, **fields: Any) -> LegacyParticipant:
        """An old participant, assigned."""
        legacy = self.old(name, **fields)
        self.assign(legacy, self.target(name))
        legacy.refresh_from_db()
        return legacy

    def start(self, **said: Any) -> KontoRun:
        now = timezone.now()
        usual = {"typed_name": self.practice.name, "fingerprint": plan_migration(now).fingerprint, "now": now}
        return start_run(practice=self.practice, actor=self.admin, **usual | said)

    def work(self, now: datetime | None = None) -> int:
        return run_due(KontoRow, now=now or timezone.now(), budget=timedelta(minutes=5))


def set_link(known: LegacyAppointment, link: str) -> None:
    LegacyAppointment.objects.filter(pk=known.pk).update(link=link)
    VideoCall.objects.filter(entry=known.entry_id).update(provider=Provider.EXTERNAL, external_link=link)


def make_old_world(practice: Practice, admin: User, host: str) -> OldWorld:
    """Inside the scope of the practice."""
    moment = timezone.now()
    account = register_online_account(
        practice=practice, licensee="Praxis", email="lizenz@demo.example", actor=admin, now=moment
    )
    confirm_online_account(account=account, now=moment)
    return OldWorld(practice, admin, moment, host, account, make_type(practice, "Videosprechstunde", is_video=True))
