"""Celery is only the motor: work rows in PostgreSQL are the queue (praxis.core.jobs), so nothing here may be lost.

The schedule is static. What a practice plans itself are rows of ours, run by the tick.
"""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praxis.settings")

# Root is dangerous to a worker that unpickles what it is sent; ours reads JSON only.
warnings.filterwarnings("ignore", category=SecurityWarning)

EVERY_SECONDS = 10

app = Celery("praxis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # A tick nobody took in time is worth nothing: the next one does its work.
    "tick": {"task": "praxis.core.tasks.tick", "schedule": EVERY_SECONDS, "options": {"expires": EVERY_SECONDS}},
    "erase": {"task": "praxis.core.tasks.erase_due", "schedule": crontab(minute=17)},
    "heartbeat": {"task": "praxis.health.heartbeat", "schedule": EVERY_SECONDS, "options": {"expires": EVERY_SECONDS}},
}
# One process with an in-memory schedule: no file that two beats could fight over.
app.conf.beat_scheduler = "celery.beat.Scheduler"
app.conf.imports = ["praxis.health"]
