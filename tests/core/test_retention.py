from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from praxis.core import retention, tasks
from tests.workapp.models import Errand, Vault

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
KEEP = timedelta(days=90)


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_rules", [])
    monkeypatch.setattr(retention, "_technical", {})


@pytest.fixture
def vaults(work_tables: None, db: None) -> list[Vault]:
    """Exactly at the end of the term, a moment before, and one that is not over yet."""
    ends = [NOW - KEEP, NOW - KEEP - timedelta(microseconds=1), None]
    return Vault.objects.bulk_create([Vault(owner="Meier", secret="x", kept_at=kept_at) for kept_at in ends])


def owners() -> list[str]:
    return list(Vault.objects.order_by("pk").values_list("owner", flat=True))


def test_blanking_empties_the_fields_of_what_is_older_than_its_term(vaults: list[Vault]) -> None:
    retention.personal(Vault, fields=["owner", "secret"], erase=retention.blank_fields(since="kept_at"), keep_for=KEEP)
    assert retention.erase_due(NOW) == {"workapp.Vault": 1}
    assert owners() == ["Meier", "", "Meier"]
    assert Vault.objects.get(pk=vaults[1].pk).secret is None


def test_a_second_run_finds_nothing_more_to_blank(vaults: list[Vault]) -> None:
    retention.personal(Vault, fields=["owner"], erase=retention.blank_fields(since="kept_at"), keep_for=KEEP)
    retention.erase_due(NOW)
    assert retention.erase_due(NOW) == {"workapp.Vault": 0}


def test_deleting_takes_the_whole_row(vaults: list[Vault]) -> None:
    retention.personal(Vault, fields=["owner"], erase=retention.delete_rows(since="kept_at"), keep_for=KEEP)
    retention.erase_due(NOW)
    assert set(Vault.objects.all()) == {vaults[0], vaults[2]}


def test_fields_without_a_term_stay_until_the_record_goes(vaults: list[Vault]) -> None:
    retention.personal(Vault, fields=["owner"])
    assert retention.erase_due(NOW) == {}
    assert owners() == ["Meier"] * 3


def test_a_failing_rule_does_not_keep_the_others_and_is_reported(vaults: list[Vault]) -> None:
    def fail(model: type[models.Model], fields: tuple[str, ...], before: datetime) -> int:
        raise ZeroDivisionError

    retention.personal(Errand, fields=["note"], erase=fail, keep_for=KEEP)
    retention.personal(Vault, fields=["owner"], erase=retention.blank_fields(since="kept_at"), keep_for=KEEP)
    with pytest.raises(retention.ErasureIncomplete, match=r"workapp\.Errand"):
        retention.erase_due(NOW)
    assert owners() == ["Meier", "", "Meier"]


def test_the_daily_task_erases_by_the_clock(vaults: list[Vault]) -> None:
    retention.personal(
        Vault, fields=["owner"], erase=retention.delete_rows(since="kept_at"), keep_for=timedelta(days=-36_500)
    )
    tasks.erase_due()
    assert Vault.objects.count() == 1


def test_a_term_without_a_way_to_erase_is_refused() -> None:
    with pytest.raises(ValueError, match="go together"):
        retention.personal(Vault, fields=["owner"], keep_for=KEEP)


def test_two_terms_at_once_are_refused() -> None:
    erase = retention.delete_rows(since="kept_at")
    with pytest.raises(ValueError, match="go together"):
        retention.personal(Vault, fields=["owner"], erase=erase, keep_for=KEEP, keep_days=90)


@pytest.mark.parametrize(
    ("happened", "last_kept", "first_gone"),
    [
        # Through the night in which clocks go forward, through the other one, and on a leap day.
        ("2027-01-15T23:30+01:00", "2027-04-14T23:59+02:00", "2027-04-15T00:00+02:00"),
        ("2026-09-01T00:00+02:00", "2026-11-29T23:59+01:00", "2026-11-30T00:00+01:00"),
        ("2028-02-29T12:00+01:00", "2028-05-28T23:59+02:00", "2028-05-29T00:00+02:00"),
    ],
)
def test_ninety_days_are_days_of_the_calendar(
    work_tables: None, db: None, happened: str, last_kept: str, first_gone: str
) -> None:
    Vault.objects.create(owner="Meier", kept_at=datetime.fromisoformat(happened))
    retention.personal(Vault, fields=["owner"], erase=retention.blank_fields(since="kept_at"), keep_days=90)
    retention.erase_due(datetime.fromisoformat(last_kept))
    assert owners() == ["Meier"]
    retention.erase_due(datetime.fromisoformat(first_gone))
    assert owners() == [""]


def test_a_misspelt_field_is_refused() -> None:
    with pytest.raises(FieldDoesNotExist):
        retention.technical(Vault, ["ownr"])


def test_a_field_without_an_empty_value_cannot_be_blanked(vaults: list[Vault]) -> None:
    retention.personal(Errand, fields=["due_at"], erase=retention.blank_fields(since="due_at"), keep_for=KEEP)
    with pytest.raises(retention.ErasureIncomplete):
        retention.erase_due(NOW)


def test_it_names_every_field_that_nobody_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apps, "get_models", lambda **_: [apps.get_model("core.AuditEntry")])
    retention.technical(apps.get_model("core.AuditEntry"), ["action", "object_type", "object_id", "at", "via"])
    assert retention.undeclared() == ["core.AuditEntry.actor_id", "core.AuditEntry.practice_id"]
