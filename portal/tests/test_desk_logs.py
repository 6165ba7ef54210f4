"""What the desk does with a customer leaves no customer in the logs (threat T52)."""

import io
import logging
from collections.abc import Iterator
from logging.config import DictConfigurator

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import StaffRole
from customers.services import look_alarms
from customers.tests.factories import a_contact, a_member, an_account, opened
from portal.lib import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What production would write, line by line."""
    config = logs.config(json=True, level="INFO")
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(DictConfigurator(config).configure_formatter(config["formatters"]["line"]))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
class TestLogs:
    def test_name_nobody_whom_staff_searched_opened_or_saw(self, client, lines):
        agent = a_member(StaffRole.AGENT)
        account = opened(an_account(holder_name="Đỗ Đức Yến"), by=agent, reference="CG-77")
        contact = a_contact(account=account, value="+84903123456")
        client.force_login(agent)
        client.get(reverse("admin:customers_account_changelist"), {"q": "0903123456"})
        client.get(reverse("admin:customers_account_changelist"), {"q": "Đỗ Đức Yến"})
        client.get(reverse("admin:customers_account_change", args=[account.pk]))
        client.post(reverse("admin:customers_account_reveal", args=[account.pk, contact.pk]))
        look_alarms.watch(at=timezone.now())
        written = lines.getvalue()
        assert "request_finished" in written
        for canary in ("903123456", "Yến", "Y%E1%BA%BFn", account.number, agent.name, "CG-77"):
            assert canary not in written
