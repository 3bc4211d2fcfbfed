"""The demo practice is connected with the demo portal once, and follows it to another port."""

from datetime import datetime

import pytest

from accounts.models import Practice
from integrations.betty24.demo import connect_demo
from integrations.betty24.models import Betty24Binding, Betty24Connection, Betty24Job
from integrations.betty24.services.switching import switch_off
from scheduling.models import CalendarColumn

pytestmark = pytest.mark.usefixtures("column", "other_column")
FIRST, SECOND = "http://127.0.0.1:8301", "http://127.0.0.1:8302"


def test_both_columns_are_bound_uploaded_and_kept_in_agreement(now: datetime, column: CalendarColumn) -> None:
    connect_demo(url=FIRST, key="k", now=now)
    connection = Betty24Connection.objects.get()
    assert (connection.host, connection.poll_seconds, connection.is_on) == (FIRST, 3, True)
    assert list(Betty24Binding.objects.order_by("place").values_list("calendar_id", "column__name")) == [
        ("cal-1", "Dr. Reuter"), ("cal-2", "Dr. Brandes")
    ]  # fmt: skip
    assert set(Betty24Job.objects.values_list("kind", "binding__place")) == {("upload", 1), ("upload", 2)}


def test_the_next_start_changes_nothing_that_people_did(now: datetime) -> None:
    connect_demo(url=FIRST, key="k", now=now)
    switch_off(connection=Betty24Connection.objects.get(), actor=None, now=now)
    Betty24Binding.objects.filter(place=2).delete()
    Betty24Job.objects.all().delete()
    connect_demo(url=FIRST, key="k", now=now)
    assert not Betty24Connection.objects.get().is_on
    assert Betty24Binding.objects.count() == 1
    assert not Betty24Job.objects.exists()


def test_it_follows_the_portal_to_another_port(now: datetime) -> None:
    connect_demo(url=FIRST, key="k", now=now)
    Betty24Connection.objects.update(poll_seconds=60, cursor="7")
    kept = list(Betty24Binding.objects.values_list("pk", flat=True).order_by("pk"))
    connect_demo(url=SECOND, key="k", now=now)
    connection = Betty24Connection.objects.get()
    assert (connection.host, connection.poll_seconds) == (SECOND, 60)
    assert list(Betty24Binding.objects.values_list("pk", flat=True).order_by("pk")) == kept


def test_a_practice_that_somebody_connected_elsewhere_stays_so(now: datetime) -> None:
    connect_demo(url=FIRST, key="k", now=now)
    Betty24Connection.objects.update(host="https://portal.example")
    connect_demo(url=SECOND, key="k", now=now)
    assert Betty24Connection.objects.get().host == "https://portal.example"


def test_without_the_demo_practice_there_is_nothing_to_do(now: datetime, practice: Practice) -> None:
    practice.is_active = False
    practice.save(update_fields=["is_active"])
    assert connect_demo(url=FIRST, key="k", now=now) == "Es gibt keine Demo-Praxis."
