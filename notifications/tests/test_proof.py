"""After a run: every account that had to be told, once in every table, or called missing."""

import csv
import io
from datetime import datetime, timedelta

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.tests.factories import OCTOBER, a_bill
from customers.models import Account, Download, Look, StaffRole
from customers.services import downloads
from customers.tests.factories import (
    NOON,
    a_contact,
    a_link,
    a_member,
    a_relative_contact,
    a_staff_user,
    a_superuser,
    a_unit,
    an_account,
    an_sms_retention,
)
from notifications.channels import Undeliverable
from notifications.models import Dispatch, Notice, Run
from notifications.queries import call_list, missing, proof
from notifications.services import dispatching, inbox, planning, receipts, sweeping
from notifications.tests.factories import a_notice, a_run
from notifications.tests.fakes import provider
from notifications.tests.test_receipts import event

Reach = Notice.Reach
HOUR = timedelta(hours=1)


def billed(*, code: str = "PE01", **fields) -> Account:
    account = an_account(unit=a_unit(code=code), **fields)
    a_bill(account=account)
    return account


def send_everything(at: datetime = NOON) -> None:
    with provider():
        for channel, _urgent in dispatching.due_channels(at=at):
            dispatching.send_batch(channel=channel, at=at)


def counts(row) -> dict[str, int]:
    return {state: count for state, count in row.counts.items() if count}


class ProofTests(TestCase):
    """One company of five: seen, delivered, trying, unreachable, and one whose notice ended."""

    def setUp(self) -> None:
        self.seen = billed(has_app=True, holder_born_in=1990)
        self.delivered = billed(code="PE02", holder_born_in=1960)
        self.trying = billed(holder_born_in=1950)
        self.unreachable = billed(holder_born_in=None)
        self.ended = billed(holder_born_in=1966)
        for account in (self.delivered, self.trying, self.ended):
            a_contact(account=account, kind="zalo")
        planning.plan_bills(month=OCTOBER, at=NOON)
        self.run_ = Run.objects.get()
        self.boss = a_superuser()
        send_everything()
        inbox.opened(notice=self.seen.notices.get(), at=NOON)
        zalo = Dispatch.objects.get(notice__account=self.delivered, channel="zalo")
        receipts.record(events=[event(zalo)], raw="{}", at=NOON)
        Notice.objects.filter(account=self.ended).update(reach=Reach.ENDED, reason="expired")

    def test_counts_every_account_once(self):
        found = proof(run=self.run_, user=self.boss)
        self.assertEqual(
            counts(found.told),
            {"seen": 1, "delivered": 1, "awaiting": 1, "unreachable": 1, "ended": 1},
        )
        self.assertEqual((found.accounts, found.missing), (5, 0))
        self.assertTrue(found.balances)

    def test_cuts_the_same_accounts_by_company_age_and_channel(self):
        found = proof(run=self.run_, user=self.boss)
        companies = {row.key: row.total for row in found.by_company}
        self.assertEqual(companies, {"PE01": 4, "PE02": 1})
        ages = {row.key: counts(row) for row in found.by_age}
        self.assertEqual(
            ages,
            {
                "under-60": {"seen": 1},
                "60-69": {"delivered": 1, "ended": 1},
                "70+": {"awaiting": 1},
                "unknown": {"unreachable": 1},
            },
        )
        channels = {row.key: counts(row) for row in found.by_channel}
        self.assertEqual(channels["inbox"], {"seen": 1})
        self.assertEqual(channels["zalo"], {"delivered": 1})
        self.assertEqual(channels[""], {"awaiting": 1, "unreachable": 1, "ended": 1})

    def test_tells_what_awaits_a_receipt_from_what_is_still_to_be_sent(self):
        zalo = Dispatch.objects.filter(notice__account=self.trying, channel="zalo")
        for status, state in [("queued", "trying"), ("unknown", "awaiting")]:
            zalo.update(status=status)
            found = proof(run=self.run_, user=self.boss)
            self.assertEqual(counts(found.told)[state], 1, status)
            self.assertTrue(found.balances, status)

    def test_calls_an_account_missing_that_has_a_bill_and_no_notice(self):
        forgotten = billed()
        found = proof(run=self.run_, user=self.boss)
        self.assertEqual((found.missing, found.balances), (1, False))
        self.assertEqual(list(missing(run=self.run_, user=self.boss)), [forgotten])
        planning.plan_bills(month=OCTOBER, at=NOON)
        self.assertTrue(proof(run=self.run_, user=self.boss).balances)

    def test_notices_a_notice_that_nobody_had_to_get(self):
        a_notice(run=self.run_, bill=None)
        found = proof(run=self.run_, user=self.boss)
        self.assertEqual((found.without_fact, found.balances), (1, False))

    def test_believes_no_arrival_without_a_confirmation(self):
        Notice.objects.filter(account=self.trying).update(reach=Reach.SEEN, reached_by="zalo")
        found = proof(run=self.run_, user=self.boss)
        self.assertEqual((found.unproven, found.balances), (1, False))

    def test_believes_no_try_with_nothing_under_way(self):
        Dispatch.objects.filter(notice__account=self.trying).update(status="suppressed")
        found = proof(run=self.run_, user=self.boss)
        self.assertEqual((found.stuck, found.balances), (1, False))

    def test_counts_only_what_an_officers_company_has(self):
        officer = a_member(StaffRole.OFFICER, unit=a_unit(code="PE02"))
        found = proof(run=self.run_, user=officer)
        self.assertEqual((found.accounts, counts(found.told)), (1, {"delivered": 1}))
        self.assertTrue(found.balances)

    def test_takes_the_same_number_of_queries_for_few_and_many(self):
        with CaptureQueriesContext(connection) as few:
            proof(run=self.run_, user=self.boss)
        for _ in range(20):
            billed()
        planning.plan_bills(month=OCTOBER, at=NOON)
        with self.assertNumQueries(len(few)):
            proof(run=self.run_, user=self.boss)

    def test_lists_whom_to_call_with_the_oldest_first(self):
        old, older = billed(holder_born_in=1940), billed(holder_born_in=1930)
        planning.plan_bills(month=OCTOBER, at=NOON)
        called = [notice.account for notice in call_list(run=self.run_, user=self.boss)]
        self.assertEqual(called, [older, old, self.unreachable])


class WholeRunTests(TestCase):
    def test_balances_whatever_the_providers_do(self):
        """Every route, a provider that refuses, silence, a relative, an SMS, to the end."""
        for number in range(12):
            account = billed(has_app=number % 3 == 0)
            for kind in ("zalo", "email")[: number % 3]:
                a_contact(account=account, kind=kind)
            if number % 4 == 0:
                an_sms_retention(account=account)
            if number % 5 == 0:
                a_relative_contact(account=account)
        planning.plan_bills(month=OCTOBER, at=NOON)
        run, boss, at = Run.objects.get(), a_superuser(), NOON
        with provider(Undeliverable("gone"), "msg-1", Undeliverable("gone"), "msg-2"):
            for _ in range(8):
                for channel, _urgent in dispatching.due_channels(at=at):
                    dispatching.send_batch(channel=channel, at=at)
                self.assertTrue(proof(run=run, user=boss).balances)
                at += 25 * HOUR
                sweeping.sweep(at=at)
        found = proof(run=run, user=boss)
        self.assertTrue(found.balances)
        self.assertEqual(counts(found.told), {"unreachable": 12})


class ProofPageTests(TestCase):
    def setUp(self) -> None:
        self.account = billed(holder_name="=cmd()|Nguyễn Thị Hạnh", holder_born_in=1940)
        self.other = billed(code="PE02", holder_name="Trần Văn Khác")
        a_contact(account=self.account, value="+84901234567")
        planning.plan_bills(month=OCTOBER, at=NOON)
        self.run_ = Run.objects.get()
        self.url = reverse("admin:notifications_run_proof", args=[self.run_.pk])
        self.csv_url = reverse("admin:notifications_run_calls", args=[self.run_.pk])

    def sign_in(self, user) -> None:
        self.client.force_login(user)

    def test_shows_a_supervisor_everything(self):
        self.sign_in(a_member(StaffRole.SUPERVISOR))
        page = self.client.get(self.url)
        self.assertContains(page, "••••4567")
        self.assertNotContains(page, "1234567")
        self.assertContains(page, "Trần Văn Khác")
        self.assertTrue(page.context["proof"].balances)

    def test_shows_an_officer_only_the_own_company(self):
        self.sign_in(a_member(StaffRole.OFFICER, unit=a_unit(code="PE02")))
        for url in (self.url, self.csv_url):
            page = self.client.get(url)
            text = b"".join(page) if page.streaming else page.content
            self.assertIn("Trần Văn Khác".encode(), text)
            self.assertNotIn("Hạnh".encode(), text)

    def test_is_closed_to_customers_nobody_and_staff_without_permission(self):
        strangers = [None, a_link(account=self.account).user, a_staff_user()]
        for user in strangers:
            self.client.logout()
            if user is not None:
                self.sign_in(user)
            for url in (self.url, self.csv_url):
                self.assertIn(self.client.get(url).status_code, {302, 403}, user)

    def test_leads_from_each_number_to_the_notices_behind_it(self):
        a_contact(account=billed(), kind="zalo")
        planning.plan_bills(month=OCTOBER, at=NOON)
        send_everything()
        a_contact(account=billed(), kind="zalo")
        planning.plan_bills(month=OCTOBER, at=NOON)
        self.sign_in(a_member(StaffRole.SUPERVISOR))
        page = self.client.get(self.url)
        self.assertEqual(
            counts(page.context["proof"].told), {"awaiting": 1, "trying": 1, "unreachable": 2}
        )
        cells = [
            cell
            for table in page.context["tables"]
            for row in table["rows"]
            for cell in row["cells"]
            if cell["url"]
        ]
        self.assertGreaterEqual(len(cells), 5)
        for cell in [*cells, *(c for c in page.context["counts"] if c["url"])]:
            behind = self.client.get(cell["url"])
            self.assertEqual(behind.status_code, 200, cell["url"])
            self.assertEqual(behind.context["cl"].result_count, cell["count"], cell["url"])

    def test_hands_out_no_call_list_to_whom_another_site_sent(self):
        self.sign_in(a_member(StaffRole.SUPERVISOR))
        for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200)):
            answer = self.client.get(self.csv_url, headers={"Sec-Fetch-Site": site})
            self.assertEqual(answer.status_code, status, site)
        self.assertEqual(Download.objects.count(), 1)

    def test_hands_out_the_call_list_with_nothing_that_a_spreadsheet_would_run(self):
        self.sign_in(user := a_member(StaffRole.SUPERVISOR))
        page = self.client.get(self.csv_url)
        text = b"".join(page.streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
        self.assertEqual(len(rows), 3)
        found = next(row for row in rows if row[0] == self.account.number)
        self.assertEqual(found[1], "'=cmd()|Nguyễn Thị Hạnh")
        self.assertEqual((found[2], found[4]), ("86", "0901 234 567"))
        self.assertIn("attachment", page["Content-Disposition"])
        taken = Download.objects.get()
        self.assertEqual((taken.rows, taken.asked_by), (2, user))
        self.assertIn(f"-{taken.pk}.csv", page["Content-Disposition"])
        self.assertEqual({row[-1] for row in rows[1:]}, {str(taken.pk)})
        self.assertEqual(len(rows[0]), 8)  # no more of a customer than is needed to reach them

    def test_hands_no_file_to_people_who_ring_one_by_one(self):
        for role in (StaffRole.AGENT, StaffRole.OPERATOR, StaffRole.AUDITOR):
            self.sign_in(a_member(role))
            self.assertEqual(self.client.get(self.csv_url).status_code, 403)
            self.assertNotContains(self.client.get(self.url), self.csv_url)
        self.assertFalse(Download.objects.exists())

    @override_settings(DESK_MOST_EXPORTED=1)
    def test_refuses_more_rows_than_one_may_take_and_says_how_to_get_them(self):
        self.sign_in(user := a_member(StaffRole.SUPERVISOR))
        page = self.client.get(self.csv_url)
        self.assertContains(page, f"?unit={self.other.unit_id}", status_code=403)
        self.assertFalse(Download.objects.exists())
        one = self.client.get(self.csv_url, {"unit": self.other.unit_id})
        text = b"".join(one.streaming_content).decode()
        self.assertIn(self.other.number, text)
        self.assertNotIn(self.account.number, text)
        self.client.post(reverse("admin:notifications_run_ask_calls", args=[self.run_.pk]))
        asked = Download.objects.waiting().get()
        boss = a_member(StaffRole.SUPERVISOR)
        downloads.approve(download=asked, by=boss, at=timezone.now())
        self.assertEqual(self.client.get(self.csv_url).status_code, 200)
        self.assertEqual(Download.objects.filter(asked_by=user, approved_by=boss).count(), 1)

    def test_shows_one_number_and_records_for_which_work(self):
        self.sign_in(agent := a_member(StaffRole.AGENT))
        notice = self.run_.notices.get(account=self.account)
        url = reverse("admin:notifications_run_reveal", args=[self.run_.pk, notice.pk])
        self.assertContains(self.client.post(url), "0901 234 567")
        look = Look.objects.get()
        self.assertEqual((look.user, look.account), (agent, self.account))
        self.assertEqual(look.reason, Look.Reason.CALL_LIST)
        self.assertEqual(look.page, f"contact {self.account.contacts.get().pk}")
        self.assertEqual(self.client.get(url).status_code, 405)

    def test_shows_no_number_of_another_company_or_of_somebody_who_was_reached(self):
        notice = self.run_.notices.get(account=self.account)
        url = reverse("admin:notifications_run_reveal", args=[self.run_.pk, notice.pk])
        self.sign_in(a_member(StaffRole.OFFICER, unit=a_unit(code="PE02")))
        self.assertEqual(self.client.post(url).status_code, 404)
        self.sign_in(a_member(StaffRole.AGENT))
        Notice.objects.update(reach=Reach.SEEN, reached_by="zalo")
        self.assertEqual(self.client.post(url).status_code, 404)
        self.assertFalse(Look.objects.exists())

    def test_says_so_when_an_account_is_missing(self):
        forgotten = billed()
        self.sign_in(a_member(StaffRole.SUPERVISOR))
        page = self.client.get(self.url)
        self.assertContains(page, forgotten.number)
        self.assertContains(page, "alert--error")

    def test_does_not_exist_for_a_run_that_was_not_planned(self):
        self.sign_in(a_superuser())
        url = reverse("admin:notifications_run_proof", args=[a_run(subject="2026-11").pk + 1])
        self.assertEqual(self.client.get(url).status_code, 404)
