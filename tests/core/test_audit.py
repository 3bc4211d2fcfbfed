from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django_scopes import scope, scopes_disabled
from django_scopes.exceptions import ScopeError

from accounts.models import Practice
from praxis.core.audit import record_read
from praxis.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def read_by(practice_id: int) -> None:
    record_read(practice_id=practice_id, actor_id=1, object_type="patient", object_id=9)


def test_a_read_of_a_record_is_a_line_without_any_name() -> None:
    read_by(1)
    with scopes_disabled():
        line = AuditEntry.objects.get()
    assert (line.action, line.object_type, line.object_id, line.via) == ("read", "patient", 9, "command")


def test_lines_are_seen_only_inside_the_scope_of_their_practice() -> None:
    read_by(1)
    read_by(2)
    with scope(practice=Practice(pk=2)):
        assert [line.practice_id for line in AuditEntry.objects.all()] == [2]
    with pytest.raises(ScopeError):
        AuditEntry.objects.count()


@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEntry.objects.update(action="nothing"),
        lambda: AuditEntry.objects.all().delete(),
    ],
    ids=["update", "delete"],
)
def test_the_database_refuses_to_change_a_line(change: Callable[[], object]) -> None:
    read_by(1)
    with scopes_disabled():
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
        assert AuditEntry.objects.get().action == "read"


def test_erasing_has_to_be_said_for_the_transaction() -> None:
    read_by(1)
    with scopes_disabled(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL praxis.erasing = 'on'")
        AuditEntry.objects.all().delete()
        assert not AuditEntry.objects.exists()
