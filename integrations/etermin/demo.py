"""The demo practice and the simulated eTermin of `make run`."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from accounts.models import Practice
from accounts.selectors import practice_by_slug
from integrations.etermin.models import EterminCalendar, EterminConnection
from integrations.etermin.selectors.place import connection_of
from integrations.etermin.services.pulling import schedule_pull
from scheduling.selectors.columns import active_columns

PRACTICE = "demo"
PUBLIC_KEY = "demo-public-key"
# Number and name at eTermin, which are the simulator's own; the name is also that of the column here.
CALENDARS = {"211614": "Dr. Reuter", "211615": "Dr. Brandes"}
PULL_MINUTES = 1


@dataclass(frozen=True, kw_only=True)
class DemoEtermin:
    """By what the simulator shows that it is eTermin, and by what it is asked."""

    url: str
    public_id: str
    secret: str
    private_key: str


def connect_demo(demo: DemoEtermin, *, now: datetime) -> str:
    """Sets the connection up once; later only follows the simulator to another address. Answers what was done."""
    practice = practice_by_slug(PRACTICE)
    if practice is None:
        return _("Es gibt keine Demo-Praxis.")
    with scope(practice=practice):
        connection = connection_of()
        if connection is None:
            return _connect(practice, demo, now)
        if connection.public_id != demo.public_id:
            return _("eTermin: nichts zu tun.")
        EterminConnection.objects.filter(pk=connection.pk).update(api_url=f"{demo.url}/api")
        schedule_pull(connection, now=now)
        return _("eTermin: der Simulator ist unter %s.") % demo.url


@transaction.atomic
def _connect(practice: Practice, demo: DemoEtermin, now: datetime) -> str:
    connection = EterminConnection(
        practice=practice, public_id=demo.public_id, secret=demo.secret, api_url=f"{demo.url}/api",
        public_key=PUBLIC_KEY, private_key=demo.private_key, pull_minutes=PULL_MINUTES, booking_page=f"{demo.url}/",
    )  # fmt: skip
    connection.save(force_insert=True)
    columns = {column.name: column for column in active_columns()}
    EterminCalendar.objects.bulk_create(
        EterminCalendar(
            practice=practice, connection=connection, calendar_id=number, name=name, column=columns[name], seen_at=now
        )
        for number, name in CALENDARS.items()
        if name in columns
    )
    schedule_pull(connection, now=now)
    return _("eTermin: mit dem Simulator verbunden.")
