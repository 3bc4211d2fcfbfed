"""The demo practice and the demo portal of `make run`."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from accounts.models import Practice
from accounts.selectors import practice_by_slug
from integrations.betty24.models import Betty24Connection, Betty24Job
from integrations.betty24.selectors.ledger import bindings_of, connection_of
from integrations.betty24.services.connecting import ConnectionFields, Wish, save_connection
from integrations.betty24.services.jobs import ask_for
from integrations.betty24.services.switching import switch_on
from scheduling.selectors.columns import active_columns

PRACTICE = "demo"
CALENDARS = {"cal-1": "Dr. Reuter", "cal-2": "Dr. Brandes"}
POLL_SECONDS = 3


def connect_demo(*, url: str, key: str, now: datetime) -> str:
    """Sets the connection up once; later only follows the portal to another address. Answers what was done."""
    practice = practice_by_slug(PRACTICE)
    if practice is None:
        return _("Es gibt keine Demo-Praxis.")
    with scope(practice=practice):
        connection = connection_of()
        if connection is None:
            return _connect(practice, url, key, now)
        if not _is_of_the_demo(connection) or (connection.host, connection.api_key) == (url, key):
            return _("betty24: nichts zu tun.")
        _follow(practice, connection, url, key, now)
        return _("betty24: das Demo-Portal ist jetzt unter %s.") % url


@transaction.atomic
def _connect(practice: Practice, url: str, key: str, now: datetime) -> str:
    columns = {column.name: column for column in active_columns()}
    wishes = [
        Wish(place, calendar_id, columns[name])
        for place, (calendar_id, name) in enumerate(CALENDARS.items(), 1)
        if name in columns
    ]
    fields = ConnectionFields(host=url, api_key=key, poll_seconds=POLL_SECONDS)
    connection = save_connection(practice=practice, fields=fields, bindings=wishes, actor=None, now=now)
    _upload(connection, now)
    switch_on(connection=connection, actor=None, now=now)
    return _("betty24: mit dem Demo-Portal verbunden, %d Spalten.") % len(wishes)


def _is_of_the_demo(connection: Betty24Connection) -> bool:
    """Somebody may have connected the demo practice to something else."""
    return connection.host.startswith("http://127.0.0.1:")


def _follow(practice: Practice, connection: Betty24Connection, url: str, key: str, now: datetime) -> None:
    """Another address or key, everything else as people left it."""
    kept = {name: getattr(connection, name) for name in ("ca_pem", "client_cert_pem", "poll_seconds", "alarm_minutes")}
    wishes = [Wish(one.place, one.calendar_id, one.column) for one in bindings_of(connection)]
    fields = ConnectionFields(host=url, api_key=key, **kept)
    connection = save_connection(practice=practice, fields=fields, bindings=wishes, actor=None, now=now)
    _upload(connection, now)


def _upload(connection: Betty24Connection, now: datetime) -> None:
    for binding in bindings_of(connection):
        ask_for(Betty24Job.Kind.UPLOAD, connection, actor=None, now=now, binding=binding)
