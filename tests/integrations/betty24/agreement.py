"""Steps that tests share: synchronise as the worker would, and ask whether both sides agree."""

from collections import Counter
from datetime import datetime

from django.utils import timezone

from integrations.betty24.client import Betty24Client
from integrations.betty24.differences import Comparison
from integrations.betty24.models import Betty24Binding, Betty24Connection
from integrations.betty24.services.comparing import compare
from integrations.betty24.services.jobs import synchronise
from scheduling.models import Entry


def sync(connection: Betty24Connection) -> Counter[str]:
    connection.refresh_from_db()
    return synchronise(connection, clock=timezone.now)


def comparisons(connection: Betty24Connection, now: datetime) -> list[Comparison]:
    bindings = list(Betty24Binding.objects.filter(connection=connection).order_by("place"))
    return compare(Betty24Client(connection), connection, bindings, now=now)


def differences(connection: Betty24Connection, now: datetime) -> list[tuple[str, str]]:
    return [(one.what.value, one.reference) for found in comparisons(connection, now) for one in found.differences]


def fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("practice", "column__practice", "patient").get(pk=entry.pk)
