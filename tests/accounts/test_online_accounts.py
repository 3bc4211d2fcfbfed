"""Online-Konten with their participants (mission K2)."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import DoctorRole, HistoryLine, OnlineAccount, OnlineParticipant, Practice, User
from accounts.selectors import history_of, usable_participants
from accounts.services.invitations import TooManyInvitations
from accounts.services.online_accounts import (
    NothingToConfirm,
    OnlineAccountInvalid,
    change_online_account,
    confirm_online_account,
    deactivate_online_account,
    reactivate_online_account,
    register_online_account,
    resend_confirmation,
)
from accounts.services.participants import (
    ParticipantInvalid,
    add_participant,
    change_participant,
    deactivate_participant,
    reactivate_participant,
)
from scheduling.models import CalendarColumn
from scheduling.models.entry import Placement
from tests.accounts.links import codes_in, last_code, open_link, send_mails
from tests.factories import make_appointment, make_type
from tests.signing_in import sign_in_freshly

URL = "/einstellungen/online-konten/"
Kind = HistoryLine.Kind


@pytest.fixture
def moment() -> datetime:
    return timezone.now()


@pytest.fixture
def account(in_practice: Practice, practice_admin: User, moment: datetime) -> OnlineAccount:
    return register_online_account(
        practice=in_practice, licensee="MVZ am Markt", email="Lizenz@mvz.example", actor=practice_admin, now=moment
    )


@pytest.fixture
def active(account: OnlineAccount, moment: datetime) -> OnlineAccount:
    confirm_online_account(account=account, now=moment)
    account.refresh_from_db()
    return account


def participant(account: OnlineAccount, name: str = "Dr. Reuter", user: User | None = None) -> OnlineParticipant:
    return add_participant(account=account, name=name, user=user, actor=None, now=timezone.now())


def said(account: OnlineAccount) -> list[str]:
    return [line.kind for line in history_of(online_account=account)][::-1]


def test_it_waits_for_the_mail_and_is_active_after_it(
    client: Client, in_practice: Practice, account: OnlineAccount
) -> None:
    assert account.state == OnlineAccount.State.WAITING
    assert open_link(client, last_code(in_practice)) == "/willkommen/bestaetigen/"
    assert "MVZ am Markt" in client.get("/willkommen/bestaetigen/").content.decode()
    answer = client.post("/willkommen/bestaetigen/", follow=True)
    assert "Das Online-Konto ist aktiv" in answer.content.decode()
    account.refresh_from_db()
    assert account.state == OnlineAccount.State.ACTIVE
    assert said(account) == [Kind.CREATED, Kind.INVITED, Kind.CONFIRMED]


def test_looking_at_the_link_confirms_nothing(client: Client, in_practice: Practice, account: OnlineAccount) -> None:
    open_link(client, last_code(in_practice))
    client.get("/willkommen/bestaetigen/")
    account.refresh_from_db()
    assert account.state == OnlineAccount.State.WAITING


def test_only_participants_of_active_accounts_can_be_used(account: OnlineAccount, practice_admin: User) -> None:
    one = participant(account)
    assert not usable_participants().exists()
    confirm_online_account(account=account, now=timezone.now())
    assert list(usable_participants()) == [one]
    deactivate_participant(participant=one, actor=practice_admin, now=timezone.now())
    assert not usable_participants().exists()
    one.refresh_from_db()
    reactivate_participant(participant=one, actor=practice_admin, now=timezone.now())
    assert list(usable_participants()) == [one]
    deactivate_online_account(account=account, actor=practice_admin, now=timezone.now())
    assert not usable_participants().exists()
    reactivate_online_account(account=account, actor=practice_admin, now=timezone.now())
    assert list(usable_participants()) == [one]


def test_a_licensee_registers_once(account: OnlineAccount, in_practice: Practice) -> None:
    with pytest.raises(OnlineAccountInvalid) as caught:
        register_online_account(
            practice=in_practice, licensee="MVZ am Markt", email="x@mvz.example", actor=None, now=timezone.now()
        )
    assert caught.value.field == "licensee"


@pytest.mark.parametrize("email", ["", "kein-at", "a b@x.example"])
def test_an_impossible_address_is_refused(in_practice: Practice, email: str) -> None:
    with pytest.raises(OnlineAccountInvalid) as caught:
        register_online_account(practice=in_practice, licensee="A", email=email, actor=None, now=timezone.now())
    assert caught.value.field == "email"


def test_another_address_is_asked_again_and_the_former_link_is_void(
    client: Client, in_practice: Practice, account: OnlineAccount, practice_admin: User
) -> None:
    old = last_code(in_practice)
    confirm_online_account(account=account, now=timezone.now())
    change_online_account(
        account=account, licensee="MVZ am Fluss", email="neu@mvz.example", actor=practice_admin, now=timezone.now()
    )
    assert account.state == OnlineAccount.State.WAITING
    mails = send_mails(in_practice)
    assert mails[-1].recipient == "neu@mvz.example"
    assert not open_link(client, old)
    assert open_link(client, codes_in(mails)[-1])


def test_sent_again_only_the_new_link_works(
    client: Client, in_practice: Practice, account: OnlineAccount, practice_admin: User, moment: datetime
) -> None:
    old = last_code(in_practice)
    resend_confirmation(account=account, actor=practice_admin, now=moment + timedelta(minutes=2))
    new = last_code(in_practice, moment + timedelta(minutes=2))
    assert new != old
    assert not open_link(client, old)
    assert open_link(client, new)


def test_it_is_sent_again_a_few_times_an_hour_only(
    account: OnlineAccount, practice_admin: User, moment: datetime
) -> None:
    for minutes in range(2, 12, 2):
        resend_confirmation(account=account, actor=practice_admin, now=moment + timedelta(minutes=minutes))
    with pytest.raises(TooManyInvitations):
        resend_confirmation(account=account, actor=practice_admin, now=moment + timedelta(minutes=20))


def test_an_active_account_has_nothing_to_confirm(active: OnlineAccount, practice_admin: User) -> None:
    with pytest.raises(NothingToConfirm):
        resend_confirmation(account=active, actor=practice_admin, now=timezone.now())


def test_a_deactivated_account_cannot_be_confirmed_any_more(
    client: Client, in_practice: Practice, account: OnlineAccount, practice_admin: User
) -> None:
    code = last_code(in_practice)
    deactivate_online_account(account=account, actor=practice_admin, now=timezone.now())
    assert not open_link(client, code)
    reactivate_online_account(account=account, actor=practice_admin, now=timezone.now())
    assert account.state == OnlineAccount.State.WAITING
    assert open_link(client, last_code(in_practice))


def test_a_person_takes_part_once_and_a_name_is_there_once(
    active: OnlineAccount, doctor: User, reception: User, stranger: User
) -> None:
    first = participant(active, user=doctor)
    for name, user, field in (("Dr. R.", doctor, "user"), ("Dr. Reuter", reception, "name"), ("X", stranger, "user")):
        with pytest.raises(ParticipantInvalid) as caught:
            participant(active, name, user)
        assert caught.value.field == field
    second = participant(active, "Praxis", reception)
    with pytest.raises(ParticipantInvalid):
        change_participant(participant=second, name="Praxis", user=doctor, actor=reception, now=timezone.now())
    deactivate_participant(participant=first, actor=reception, now=timezone.now())
    change_participant(participant=second, name="Praxis", user=doctor, actor=reception, now=timezone.now())
    first.refresh_from_db()
    with pytest.raises(ParticipantInvalid):
        reactivate_participant(participant=first, actor=reception, now=timezone.now())


def test_what_a_deactivation_costs_is_listed_before_it_happens(
    client: Client, practice_admin: User, active: OnlineAccount, doctor: User, column: CalendarColumn, moment: datetime
) -> None:
    participant(active, "Dr. Reuter", doctor)
    role = DoctorRole.objects.create(practice=active.practice, name="Dr. Reuter", user=doctor)
    CalendarColumn.objects.filter(pk=column.pk).update(doctor_role=role)
    video = make_type(active.practice, "Video", is_video=True)
    starts_at = (moment + timedelta(days=7)).replace(hour=9, minute=0, second=0, microsecond=0)
    for days in (0, 1):
        make_appointment(
            column, starts_at + timedelta(days=days), appointment_type=video, is_video=True,
            placement=Placement.EXTRA, now=moment,
        )  # fmt: skip
    sign_in_freshly(client, practice_admin)
    page = client.get(f"{URL}{active.pk}/deaktivieren/").content.decode()
    assert f"Dr. Reuter: 2 Videotermine, der erste am {timezone.localtime(starts_at):%d.%m.%Y}" in page
    active.refresh_from_db()
    assert active.deactivated_at is None
    client.post(f"{URL}{active.pk}/deaktivieren/")
    active.refresh_from_db()
    assert active.state == OnlineAccount.State.INACTIVE


def test_a_sign_in_of_long_ago_does_not_deactivate(client: Client, practice_admin: User, active: OnlineAccount) -> None:
    client.force_login(practice_admin)
    client.post(f"{URL}{active.pk}/deaktivieren/")
    active.refresh_from_db()
    assert active.deactivated_at is None


def test_pages_are_for_the_practice_admin(client: Client, reception: User, active: OnlineAccount) -> None:
    client.force_login(reception)
    for path in (URL, f"{URL}{active.pk}/", f"{URL}neu/", f"{URL}{active.pk}/deaktivieren/"):
        assert client.get(path).status_code == 404
