"""The Celery app: background muscle; the database is the queue of record."""

import os

from celery import Celery
from django_structlog.celery.steps import DjangoStructLogInitStep

from portal.lib import filebroker
from portal.poller import Poller

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
filebroker.install()

app = Celery("cskh")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.steps["worker"].add(Poller)
app.autodiscover_tasks()
