"""What the last tenant paid and used is not told to the next one, on any way."""

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

from django.test import TestCase
from django.utils import timezone

from billing.models import UnusualUse
from billing.tests.factories import a_bill, a_debit, a_payment, unusual_days
from customers.models import AccountLink, Right
from customers.tests.factories import NOON, a_link, a_relative_contact, an_account
from customers.tests.pages import in_english
from notifications import inbox as boxes
from notifications.inbox import inbox
from notifications.models import Dispatch, Kind
from notifications.services.inbox import keep_shown
from notifications.services.planning import unusual
from notifications.tests.factories import a_device, a_dispatch, a_notice, a_passing
from portal.site.privacy import erasing, export
from portal.site.privacy.person import person_of


def a_tenant(link: AccountLink) -> AccountLink:
    """With the window of the link on its account, as pages have it."""
    link.account.window = link.window
    return link


def downloaded(link: AccountLink) -> dict[str, Any]:
    file, at = io.BytesIO(), timezone.now()
    export.write(file, person=person_of(link.user, at=at), at=at)
    tables: dict[str, Any] = json.loads(zipfile.ZipFile(file).read("data.json"))["tables"]
    return tables


class PaidTests(TestCase):
    """October's bill, paid on 2 November; the next tenant came on 1 November."""

    def setUp(self) -> None:
        self.account = an_account()
        self.bill = a_bill(account=self.account, total=987_654)
        self.payment = a_payment(bill=self.bill, amount=987_654, paid_at=NOON)
        self.link = a_tenant(a_link(account=self.account, moved_in_on=date(2026, 11, 1)))

    def test_is_not_in_the_next_tenants_inbox(self) -> None:
        notice = a_notice(
            account=self.account, kind=Kind.PAYMENT_RECEIVED, payment=self.payment, planned_at=NOON
        )
        a_dispatch(notice=notice, channel="inbox", status="accepted")
        self.assertFalse(inbox([self.link.account], reader=self.link.user).exists())

    def test_is_not_in_the_next_tenants_download(self) -> None:
        a_debit(bill=self.bill, debited_on=NOON.date())
        notice = a_notice(account=self.account, bill=self.bill)
        a_dispatch(notice=notice, channel="inbox", status="accepted")
        keep_shown(notice=notice, language="vi", at=NOON)
        tables = downloaded(self.link)
        self.assertEqual((tables["payments"], tables["debits"]), ([], []))
        self.assertNotIn("987.654", json.dumps(tables, ensure_ascii=False))


class UnusualTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.found = unusual_days(account=self.account)

    def told(self) -> None:
        notice = a_notice(account=self.account, kind=Kind.UNUSUAL_USE, unusual=self.found)
        a_dispatch(notice=notice, channel="inbox", status="accepted")

    def test_days_before_the_move_are_not_in_the_next_tenants_inbox(self) -> None:
        self.told()
        link = a_tenant(a_link(account=self.account, moved_in_on=date(2026, 10, 31)))
        self.assertFalse(inbox([link.account], reader=link.user).exists())
        self.assertEqual(boxes.unread([link.account], reader=link.user), 0)

    def test_is_told_to_no_relative_of_an_arrangement(self) -> None:
        a_link(account=self.account)
        a_relative_contact(account=self.account)
        unusual.plan_due(at=NOON + timedelta(hours=1))
        self.assertTrue(Dispatch.objects.exists())
        self.assertFalse(Dispatch.objects.filter(recipient="relative").exists())

    def test_loses_its_figures_when_its_holder_is_erased(self) -> None:
        today = timezone.localdate()
        self.account.starts_on, self.account.ends_on = date(2020, 1, 1), today - timedelta(days=10)
        self.account.save()
        link = a_link(account=self.account)
        self.told()
        erasing.erase(user=link.user, at=timezone.now())
        self.assertEqual(UnusualUse.objects.get().usual_wh, 0)


class RightsTests(TestCase):
    def test_that_were_taken_away_hide_a_threshold_that_was_passed(self) -> None:
        account = an_account()
        rights = [Right.NOTICES, Right.DAYS]
        link = a_link(account=account, role="relative", rights=rights)
        passing = a_passing(link=link)
        notice = a_notice(account=account, kind=Kind.USE_THRESHOLD, passing=passing)
        a_dispatch(notice=notice, channel="inbox", status="accepted")
        self.assertTrue(inbox([account], reader=link.user).exists())
        AccountLink.objects.update(rights=[Right.NOTICES])
        self.assertFalse(inbox([account], reader=link.user).exists())

    def test_decide_whose_devices_hear_of_unusual_use(self) -> None:
        account = an_account()
        a_link(account=account)
        heard = {
            (Right.TOTALS,): 0,
            (Right.TOTALS, Right.NOTICES): 0,
            (Right.TOTALS, Right.NOTICES, Right.DAYS): 1,
        }
        for rights in heard:
            one = a_link(account=account, role="household", rights=list(rights))
            a_device(user=one.user)
        unusual_days(account=account)
        unusual.plan_due(at=NOON + timedelta(hours=1))
        pushed = Dispatch.objects.filter(channel="push").count()
        self.assertEqual(pushed, sum(heard.values()))

    def test_of_notices_alone_show_no_use_on_the_first_page(self) -> None:
        in_english(self.client)
        account = an_account()
        a_bill(account=account, usage_kwh=4321)
        link = a_link(account=account, role="relative", rights=[Right.NOTICES])
        self.client.force_login(link.user)
        self.assertNotContains(self.client.get("/"), "4.321")

    def test_days_that_nobody_holds_are_refused_by_the_api(self) -> None:
        link = a_link()
        self.client.force_login(link.user)
        for asked in (
            "last_on=9999-12-31",
            "last_on=0001-01-01",
            "first_on=9999-12-01&last_on=9999-12-25",
            "first_on=0001-01-01&last_on=0001-01-05",
        ):
            with self.subTest(asked):
                url = f"/api/v1/accounts/{link.account.number}/days/?{asked}"
                self.assertEqual(self.client.get(url).status_code, 400)
