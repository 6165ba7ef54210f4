"""Customers' data as a file: a thousand rows alone, more with a second person, all recorded."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse
from structlog.testing import capture_logs

from customers.models import Download, StaffRole, User
from customers.services import downloads
from customers.tests.factories import NOON, a_member, a_unit
from portal.tests.routes import routes

HOUR = timedelta(hours=1)
LIST = reverse("admin:customers_download_changelist")
WORK = f'{LIST}"><b>'  # its line on the first page; the menu names it always


class TakeTests(TestCase):
    def setUp(self) -> None:
        self.officer = a_member(StaffRole.OFFICER)
        self.supervisor = a_member(StaffRole.SUPERVISOR)

    def take(self, rows: int, *, at: datetime = NOON, key: str = "calls 1 ") -> Download:
        return downloads.take(what="Call list", key=key, rows=rows, by=self.officer, at=at)

    def ask(self, rows: int, *, by: User | None = None) -> Download:
        by = by or self.officer
        return downloads.ask(what="Call list", key="calls 1 ", rows=rows, by=by, at=NOON)

    def approve(self, download: Download, by: User | None = None) -> Download:
        return downloads.approve(download=download, by=by or self.supervisor, at=NOON + HOUR)

    def test_lets_one_person_take_a_thousand_rows_and_no_more(self):
        self.take(1000)
        with self.assertRaises(downloads.NeedsApproval):
            self.take(1)
        self.assertEqual(Download.objects.get().taken_at, NOON)

    def test_adds_up_what_is_taken_piece_by_piece_within_a_day(self):
        self.take(600)
        with self.assertRaises(downloads.NeedsApproval):
            self.take(401, key="calls 2 ", at=NOON + 23 * HOUR)
        self.take(401, key="calls 2 ", at=NOON + 25 * HOUR)
        self.assertEqual(Download.objects.count(), 2)

    def test_lets_more_be_taken_once_where_a_second_person_approved(self):
        self.approve(self.ask(5000))
        self.assertEqual(self.take(5000, at=NOON + 2 * HOUR).approved_by, self.supervisor)
        with self.assertRaises(downloads.NeedsApproval):
            self.take(5000, at=NOON + 3 * HOUR)

    def test_takes_an_approval_for_no_more_rows_no_other_file_and_no_longer_than_a_day(self):
        self.approve(self.ask(5000))
        for rows, key, hours in (
            (5001, "calls 1 ", 2),
            (5000, "calls 2 ", 2),
            (5000, "calls 1 ", 26),
        ):
            with self.subTest(rows=rows, key=key), self.assertRaises(downloads.NeedsApproval):
                self.take(rows, key=key, at=NOON + hours * HOUR)

    def test_is_one_request_however_often_it_is_asked_for(self):
        self.assertEqual(self.ask(5000).pk, self.ask(5001).pk)

    def test_is_never_approved_by_the_one_who_asked(self):
        asked = self.ask(5000, by=self.supervisor)
        with self.assertRaises(downloads.SamePerson):
            self.approve(asked)
        with self.assertRaises(IntegrityError), transaction.atomic():
            Download.objects.update(approved_by=self.supervisor, approved_at=NOON)

    def test_is_approved_once(self):
        asked = self.ask(5000)
        self.approve(asked)
        with self.assertRaises(downloads.NotWaiting):
            self.approve(asked, a_member(StaffRole.SUPERVISOR))


class AlertTests(TestCase):
    def test_stands_in_the_log_of_each_file_with_who_and_how_much_and_no_name(self):
        officer, boss = a_member(StaffRole.OFFICER), a_member(StaffRole.SUPERVISOR)
        with capture_logs() as lines:
            downloads.take(what="Call list", key="x", rows=1000, by=officer, at=NOON)
            asked = downloads.ask(what="Call list", key="y", rows=5000, by=officer, at=NOON)
            downloads.approve(download=asked, by=boss, at=NOON)
            downloads.take(what="Call list", key="y", rows=5000, by=officer, at=NOON)
        told = [line for line in lines if line["event"] == "customers_data_downloaded"]
        self.assertEqual([(one["log_level"], one["rows"]) for one in told],
                         [("warning", 1000), ("warning", 5000)])  # fmt: skip
        self.assertEqual([one["approved_by"] for one in told], [None, boss.pk])
        self.assertEqual({one["user"] for one in told}, {officer.pk})

    def test_is_none_of_a_file_that_was_not_handed_out(self):
        with capture_logs() as lines, self.assertRaises(downloads.NeedsApproval):
            downloads.take(what="x", key="x", rows=1001, by=a_member("officer"), at=NOON)
        self.assertEqual(lines, [])


class EveryFileTests(TestCase):
    def test_of_customers_data_is_a_call_list_or_a_list_of_the_desk(self):
        """All other files go in, and none comes out."""
        patterns = [route.pattern for route in routes() if route.pattern.startswith("desk/")]
        words = ("export", "download", "csv", "list/")
        files = [one for one in patterns if any(word in one for word in words)]
        found = [one for one in files if not one.startswith("desk/customers/download/")]
        self.assertEqual(
            found,
            [
                "desk/<slug:app>/<slug:model>/list/take/",
                "desk/<slug:app>/<slug:model>/list/ask/",
                "desk/notifications/cutover/<int:cutover_id>/calls/list.csv",
                "desk/notifications/run/<int:run_id>/proof/calls.csv",
            ],
        )


class DeskTests(TestCase):
    def setUp(self) -> None:
        self.asked = downloads.ask(
            what="Call list", key="calls 1 ", rows=5000, by=a_member(StaffRole.OFFICER), at=NOON
        )

    def approve_as(self, role: str) -> User | None:
        self.client.force_login(a_member(role))
        self.client.post(LIST, {"action": "approve", "_selected_action": [self.asked.pk]})
        self.asked.refresh_from_db()
        return self.asked.approved_by

    def test_is_approved_by_supervisors_from_their_first_page(self):
        for role in (StaffRole.OFFICER, StaffRole.AGENT, StaffRole.AUDITOR, StaffRole.OPERATOR):
            self.assertIsNone(self.approve_as(role), role)
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        self.assertContains(self.client.get(reverse("admin:index")), WORK)
        self.assertIsNotNone(self.approve_as(StaffRole.SUPERVISOR))

    def test_of_one_company_is_another_companys_neither_to_see_nor_to_approve(self):
        here, there = a_unit(code="PE01"), a_unit(code="PE09")
        User.objects.filter(pk=self.asked.asked_by_id).update(unit=here)
        elsewhere = a_member(StaffRole.SUPERVISOR, unit=there)
        self.client.force_login(elsewhere)
        self.assertNotContains(self.client.get(reverse("admin:index")), WORK)
        self.assertEqual(self.client.get(LIST).context["cl"].result_count, 0)
        self.client.post(LIST, {"action": "approve", "_selected_action": [self.asked.pk]})
        with self.assertRaises(downloads.NotWaiting):
            downloads.approve(download=self.asked, by=elsewhere, at=NOON)
        self.asked.refresh_from_db()
        self.assertIsNone(self.asked.approved_by)
        local = a_member(StaffRole.SUPERVISOR, unit=here)
        self.assertTrue(downloads.approve(download=self.asked, by=local, at=NOON).approved_at)
