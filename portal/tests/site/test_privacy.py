"""The register of personal data holds every table; the download and the erasure follow it."""

import csv
import io
import json
import tracemalloc
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from zipfile import ZipFile

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client, TestCase
from django.utils import timezone
from django.utils.translation import override

from billing.models import Bill, ClosedMonth, Payment, Read
from billing.services import closing
from billing.tests.factories import a_bill, a_payment, a_read, some_reads
from customers.models import (
    Account,
    AccountEvent,
    AccountLink,
    ContactPoint,
    DataExport,
    DataRequest,
    Renewal,
    User,
)
from customers.services import consents, events, exports
from customers.tests.factories import (
    NOON,
    PASSWORD,
    a_contact,
    a_link,
    a_look,
    a_member,
    a_meter,
    a_staff_user,
    a_user,
    a_work_item,
    an_account,
    an_auto_debit,
)
from notifications.models import UseThreshold
from notifications.services import direct
from notifications.services.inbox import keep_shown
from notifications.tests.factories import a_dispatch, a_notice, a_passing, a_threshold
from portal.lib.sealed import SealedField
from portal.site.privacy import document, erasing, export
from portal.site.privacy.person import person_of
from portal.site.privacy.register import NOTHING_PERSONAL, REGISTER
from portal.tests.site.test_me import browser

APPS = ("customers", "billing", "notifications", "account", "mfa", "usersessions")
TEXTS = (models.CharField, models.TextField, models.EmailField, SealedField)


def archive_of(user: User) -> ZipFile:
    file = io.BytesIO()
    export.write(file, person=person_of(user, at=timezone.now()), at=NOON)
    return ZipFile(file)


def tables_of(user: User) -> dict[str, list[dict]]:
    return json.loads(archive_of(user).read("data.json"))["tables"]


class TestRegister:
    def test_holds_every_model_or_says_why_not(self):
        told = {model for table in REGISTER for model in (table.model, *table.lies_in)}
        known = told | set(NOTHING_PERSONAL)
        found = {
            f"{app}.{model.__name__}"
            for app in APPS
            for model in apps.get_app_config(app).get_models()
            # Their history holds the same columns.
            if not model.__name__.startswith("Historical")
        }
        assert found - known == set()
        assert known - found == set()

    @pytest.mark.parametrize("table", REGISTER, ids=lambda table: table.name)
    def test_names_every_text_of_a_table_and_nothing_else(self, table):
        model = table.model_class()
        own = {name for name in (*table.fields, *table.kept_back) if "__" not in name}
        there = {field.name for field in model._meta.concrete_fields}
        texts = {
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, TEXTS) and not field.choices
        }
        assert own - there == set()
        assert texts - own == set()

    @pytest.mark.parametrize("table", REGISTER, ids=lambda table: table.name)
    @pytest.mark.django_db
    def test_can_be_read_for_a_person_who_moved_in(self, table):
        link = a_link(moved_in_on=date(2026, 6, 1))
        rows = person_of(link.user, at=timezone.now()).rows(table)
        assert list(rows.values_list(*table.fields)) is not None

    def test_is_what_the_document_says(self):
        kept = (settings.BASE_DIR / "docs" / "privacy.md").read_text(encoding="utf-8")
        assert kept == document.text()

    def test_never_gives_out_what_is_sealed_or_hashed(self):
        for table in REGISTER:
            for name in table.fields:
                assert "hash" not in name
                assert name not in {"password", "bank_account", "data", "session_key"}


class ExportTests(TestCase):
    def test_holds_everything_of_ones_own_in_three_forms(self):
        link = a_link(user=a_user(name="=Lê Văn Tám"))
        a_bill(account=link.account, month=date(2026, 10, 1))
        an_auto_debit(account=link.account, bank_account="19036512345678")

        archive = archive_of(link.user)

        tables = json.loads(archive.read("data.json"))["tables"]
        self.assertEqual(len(tables["bills"]), 1)
        self.assertEqual(tables["login"][0]["name"], "=Lê Văn Tám")
        text = io.StringIO(archive.read("login.csv").decode("utf-8-sig"))
        sheet = list(csv.DictReader(text, delimiter=";"))
        self.assertEqual(sheet[0]["name"], "'=Lê Văn Tám")
        page = archive.read("index.html").decode()
        self.assertIn(link.account.number, page)
        everything = b"".join(archive.read(name) for name in archive.namelist())
        self.assertNotIn(b"19036512345678", everything)
        self.assertIn(b"5678", everything)
        self.assertEqual(len(archive.namelist()), len(REGISTER) + 2)

    def test_shows_typed_markup_as_text(self):
        page = archive_of(a_user(name="<script>x</script>")).read("index.html").decode()

        self.assertNotIn("<script>", page)

    def test_of_a_relative_a_stranger_or_staff_holds_nothing_of_the_contract(self):
        link = a_link()
        a_bill(account=link.account)
        a_contact(account=link.account, value="+84911222333")
        relative = a_link(account=link.account, role=AccountLink.Role.RELATIVE)
        for other in (relative.user, a_user(), a_staff_user("customers.view_account")):
            tables = tables_of(other)
            for name in ("contracts", "bills", "contacts", "looks", "changes", "reads"):
                self.assertEqual(tables[name], [], name)
            self.assertNotIn("+84911222333", json.dumps(tables))

    def test_of_a_holder_holds_nothing_that_another_asked_to_be_told(self):
        account = an_account()
        people = [a_link(account=account), a_link(account=account, role="household")]
        for link in people:
            notice = a_notice(
                account=account, kind="use_threshold", subject=f"{link.pk}",
                passing=a_passing(account=account, link=link),
            )  # fmt: skip
            a_dispatch(notice=notice, channel="inbox", status="seen")
            keep_shown(notice=notice, language="vi", at=NOON)

        tables = tables_of(people[0].user)

        for name in ("notices", "sendings", "words", "thresholds-passed"):
            self.assertEqual(len(tables[name]), 1, name)
        [own] = tables["notices"]
        self.assertEqual(own["code"], people[0].passings.get().notices.get().code)
        self.assertEqual(len(tables_of(people[1].user)["thresholds-passed"]), 1)

    def test_of_a_new_holder_holds_nothing_from_before(self):
        account = an_account()
        a_bill(account=account, month=date(2026, 5, 1))
        a_bill(account=account, month=date(2026, 8, 1))
        a_contact(account=account, suspended_at=NOON, suspended_why="replaced")
        some_reads(meter=a_meter(account=account), from_day=date(2026, 5, 30), steps_wh=[1000] * 5)
        link = a_link(account=account, moved_in_on=date(2026, 6, 1))

        tables = tables_of(link.user)

        self.assertEqual([bill["month"] for bill in tables["bills"]], ["2026-08-01"])
        self.assertEqual(tables["contacts"], [])
        days = [read["day"] for read in tables["reads"]]
        self.assertEqual(days, ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04"])

    def test_holds_the_reads_of_closed_months_with_the_open_ones(self):
        meter = a_meter(account=a_link().account)
        some_reads(meter=meter, from_day=date(2026, 5, 30), steps_wh=[1000] * 3)
        before = tables_of(AccountLink.objects.get().user)["reads"]
        closing.close_all(at=NOON, settled=timedelta(0))
        a_read(meter=meter, day=date(2026, 7, 1), index_wh=32_000_000)

        reads = tables_of(AccountLink.objects.get().user)["reads"]

        self.assertEqual(Read.objects.count(), 1)
        self.assertEqual(reads[:4], before)
        self.assertEqual(len(reads), 5)

    def test_of_a_big_contract_needs_no_more_memory_than_a_small_one(self):
        link = a_link()
        meter = a_meter(account=link.account)
        first = date(2000, 1, 1)
        Read.objects.bulk_create(
            Read(meter=meter, day=first + timedelta(days=n), index_wh=n, learned_at=NOON)
            for n in range(9000)
        )
        person = person_of(link.user, at=timezone.now())
        tracemalloc.start()

        with TemporaryFile() as file:
            export.write(file, person=person, at=NOON)
            size = file.tell()

        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        self.assertGreater(size, 20_000)
        self.assertLess(peak, 8_000_000)


class DownloadTests(TestCase):
    def test_is_given_three_times_a_day_and_written_down_at_the_contract(self):
        link = a_link()
        client = browser(link.user)
        for _time in range(3):
            answer = client.post("/me/download/")
            self.assertEqual(answer.headers["Content-Type"], "application/zip")
            self.assertIn("no-store", answer.headers["Cache-Control"])
            ZipFile(io.BytesIO(b"".join(answer.streaming_content)))

        refused = client.post("/me/download/")

        self.assertEqual(refused.status_code, 429)
        self.assertContains(refused, "tomorrow", status_code=429)
        self.assertEqual(AccountEvent.objects.filter(kind="exported").count(), 3)

    def test_needs_a_fresh_proof_of_who_asks(self):
        client = browser(a_user(password=PASSWORD), fresh=False)

        self.assertIn("reauthenticate", client.post("/me/download/").url)
        self.assertEqual(DataExport.objects.count(), 0)

    def test_counts_the_last_24_hours(self):
        user = a_user()
        for hour in range(3):
            exports.take(user=user, at=NOON + timedelta(hours=hour))

        with self.assertRaises(exports.TooMany):
            exports.take(user=user, at=NOON + timedelta(hours=23))
        self.assertTrue(exports.take(user=user, at=NOON + timedelta(hours=25)))


class HeldTests(TestCase):
    def test_page_says_what_is_held_and_for_how_long(self):
        link = a_link()
        a_bill(account=link.account)

        page = browser(link.user).get("/me/held/")

        self.assertContains(page, "Your bills")
        self.assertContains(page, "ten years")

    def test_looks_tell_the_role_and_the_reason_but_no_name(self):
        link = a_link()
        a_look(account=link.account, user=a_member("agent", name="Trần Văn Minh"), at=NOON)

        page = browser(link.user).get("/me/looks/")

        self.assertContains(page, "Call-centre agent")
        self.assertContains(page, "The customer is on the phone")
        self.assertNotContains(page, "Trần Văn Minh")
        relative = a_link(account=link.account, role=AccountLink.Role.RELATIVE)
        self.assertNotContains(browser(relative.user).get("/me/looks/"), link.account.number)


class EraseTests(TestCase):
    def seeded(self, **fields) -> AccountLink:
        """A customer with something in every table that erasing touches."""
        account = an_account(starts_on=date(2020, 1, 1), **fields)
        user = a_user(email="tam@example.vn", password=PASSWORD, name="Lê Văn Tám")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        bill = a_bill(account=account)
        a_payment(bill=bill)
        meter = a_meter(account=account)
        some_reads(meter=meter, from_day=date(2026, 2, 1), steps_wh=[1000] * 3)
        closing.close_all(at=NOON, settled=timedelta(0))
        some_reads(meter=meter, from_day=date(2026, 5, 1), steps_wh=[1000] * 3)
        a_contact(account=account, value="+84911222333")
        debit = an_auto_debit(account=account)
        Renewal.objects.create(
            arrangement=debit, reviewed_on=date(2026, 9, 1), review_on=date(2027, 9, 1),
            said_by="holder", said_via="call", reference="1", by=a_member("agent"), at=NOON,
        )  # fmt: skip
        a_work_item(account=account, arrangement=debit)
        events.record_arrangements([debit], kind=AccountEvent.Kind.ARRANGED, by=user, at=NOON)
        link = a_link(account=account, user=user)
        a_threshold(link=link)
        consents.give(account=account, purpose="advice", version="2026-11-24", by=user, at=NOON)
        message = direct.queue(
            channel="email", address=user.email, subject="s", text="t", purpose="security",
            at=NOON, expires_at=NOON + timedelta(days=1),
        )  # fmt: skip
        type(message).objects.update(status="accepted", ended_at=NOON)
        return link

    def test_leaves_the_bills_of_an_ended_contract_and_no_contact(self):
        link = self.seeded(ends_on=date(2026, 10, 1))
        a_threshold(link=a_link(account=link.account, role=AccountLink.Role.HOUSEHOLD))

        done = erasing.erase(user=link.user, at=timezone.now())

        self.assertFalse(UseThreshold.objects.exists())

        self.assertEqual(done.kept, [])
        self.assertEqual((Bill.objects.count(), Payment.objects.count()), (1, 1))
        self.assertEqual((Read.objects.count(), ContactPoint.objects.count()), (0, 0))
        self.assertFalse(ClosedMonth.objects.exists())
        account = Account.objects.get()
        self.assertEqual((account.holder_born_in, account.arrangements.count()), (None, 0))
        self.assertFalse(Account.objects.found_by("+84911222333").exists())
        self.assertFalse(Account.objects.found_by("nguyen thi hanh").exists())
        self.assertIsNotNone(account.consents.get().withdrawn_at)
        told = AccountEvent.objects.get(kind=AccountEvent.Kind.ARRANGED)
        self.assertEqual((told.arranged, told.debits_from), (None, None))

    def test_closes_the_login_for_good(self):
        link = self.seeded(ends_on=date(2026, 10, 1))
        client = Client()
        client.force_login(link.user)

        erasing.erase(user=link.user, at=timezone.now())

        user = User.objects.get(pk=link.user.pk)
        self.assertEqual(
            (user.name, user.email, user.phone, user.is_active), ("", None, None, False)
        )
        self.assertFalse(EmailAddress.objects.filter(email="tam@example.vn").exists())
        self.assertFalse(UseThreshold.objects.exists())
        self.assertFalse(AccountLink.objects.in_force().exists())
        self.assertEqual(client.get("/me/").status_code, 302)

    def test_keeps_what_a_running_contract_needs(self):
        link = self.seeded()

        done = erasing.erase(user=link.user, at=timezone.now())

        self.assertEqual(done.kept, [link.account.number])
        self.assertEqual((ContactPoint.objects.count(), Read.objects.count()), (1, 4))

    def test_twice_finds_nothing_left(self):
        link = self.seeded(ends_on=date(2026, 10, 1))
        erasing.erase(user=link.user, at=timezone.now())

        again = erasing.erase(user=link.user, at=timezone.now())

        self.assertEqual(sum(again.rows.values()), 0)

    def test_is_not_for_staff(self):
        with self.assertRaises(erasing.NotErasable):
            erasing.erase(user=a_staff_user(), at=timezone.now())


class CommandTests(TestCase):
    def test_erase_does_nothing_without_yes(self):
        user = a_user()
        call_command("erase", str(user.pk))
        self.assertTrue(User.objects.get().is_active)

        call_command("erase", str(user.pk), "--yes")
        self.assertFalse(User.objects.get().is_active)

    def test_erase_refuses_staff_and_unknown_logins(self):
        for key in (a_staff_user().pk, 987654321):
            with self.assertRaises(CommandError):
                call_command("erase", str(key), "--yes")

    def test_export_person_writes_the_file_once(self):
        with TemporaryDirectory() as folder:
            file = Path(folder) / "person.zip"
            call_command("export_person", str(a_user(name="Lê Văn Tám").pk), str(file))
            self.assertIn("Lê Văn Tám", ZipFile(file).read("data.json").decode())
            with self.assertRaises(CommandError):
                call_command("export_person", str(a_user().pk), str(file))


class RequestPageTests(TestCase):
    def test_writes_the_request_down_with_its_days(self):
        link = a_link()
        answer = browser(link.user).post(
            "/me/requests/new/",
            {"kind": "correction", "account": link.account.number, "said": "Sai số nhà"},
            follow=True,
        )
        one = DataRequest.objects.get()
        self.assertEqual((one.user, one.account, one.said), (link.user, link.account, "Sai số nhà"))
        self.assertContains(answer, "Sai số nhà")

    def test_refuses_addresses_of_others_and_empty_corrections(self):
        stranger, link = a_user(), a_link()
        for typed in [
            {"kind": "access", "account": link.account.number},
            {"kind": "correction", "said": " "},
            {"kind": "x"},
            {},
        ]:
            answer = browser(stranger).post("/me/requests/new/", typed)
            self.assertEqual(answer.status_code, 200)
            self.assertTrue(answer.context["form"].errors)
        self.assertEqual(DataRequest.objects.count(), 0)

    def test_is_seen_and_taken_back_by_its_person_alone(self):
        link = a_link()
        browser(link.user).post("/me/requests/new/", {"kind": "erasure"})
        page = f"/me/requests/{DataRequest.objects.get().pk}/"
        for other in (a_user(), a_staff_user("customers.view_account")):
            self.assertEqual(browser(other).get(page).status_code, 404)
            self.assertEqual(browser(other).post(page).status_code, 404)

        browser(link.user).post(page)

        self.assertEqual(DataRequest.objects.get().state, DataRequest.State.TAKEN_BACK)


class ConsentPageTests(TestCase):
    def setUp(self) -> None:
        self.link = a_link()
        self.page = f"/accounts/{self.link.account.number}/consents/advice/"
        self.client_ = browser(self.link.user)

    def test_asks_with_nothing_ticked_whatever_is_agreed_to(self):
        self.assertNotContains(self.client_.get(self.page), "checked")
        self.answer("yes")
        self.assertNotContains(self.client_.get(self.page), "checked")

    def answer(self, answer: str, **fields: str) -> None:
        self.client_.post(self.page, {"answer": answer, "version": "2026-11-24", **fields})

    def test_gives_and_withdraws_in_the_same_steps(self):
        for answer, agreed in (("yes", True), ("no", False)):
            self.answer(answer)
            given = consents.in_force(self.link.account).exists()
            self.assertEqual(given, agreed)

    def test_takes_silence_or_anything_else_for_no_answer(self):
        for typed in ({}, {"answer": ""}, {"answer": "on"}, {"version": "2026-11-24"}):
            answer = self.client_.post(self.page, typed)
            self.assertEqual(answer.status_code, 200)
        self.answer("yes", version="")
        self.assertFalse(consents.in_force(self.link.account).exists())

    def test_in_vietnamese_shows_the_vietnamese_text(self):
        with override("vi"):
            text = consents.text(purpose="advice")
        self.assertIn("rút lại", " ".join(text.paragraphs))
