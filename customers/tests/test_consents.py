import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import TestCase

from customers.models import AccountLink, Consent
from customers.services import consents
from customers.tests.factories import NOON, a_link, a_staff_user, a_user

ADVICE, SURVEY = Consent.Purpose.ADVICE, Consent.Purpose.SURVEY
HOUR = timedelta(hours=1)
CLERK = ("customers.view_account", "customers.add_consent")
# What people agreed to. A new wording is a new file, never a change of one of these.
TEXTS = {
    "advice/2026-11-24.en.txt": "9530f70e56193391",
    "advice/2026-11-24.vi.txt": "db14bd33bc4d5627",
    "neighbours/2026-11-29.en.txt": "28249913822f91aa",
    "neighbours/2026-11-29.vi.txt": "062a9dcea60f4640",
    "survey/2026-11-24.en.txt": "21e4f942dd5e796b",
    "survey/2026-11-24.vi.txt": "1b22828f257048b8",
}


def given(link: AccountLink, purpose: str = ADVICE, **fields) -> Consent:
    values = {"by": link.user, "at": NOON, "version": consents.VERSIONS[purpose], **fields}
    return consents.give(account=link.account, purpose=purpose, **values)


class TextTests(TestCase):
    def test_that_was_agreed_to_stays_as_it_was_read(self):
        folder = settings.BASE_DIR / "customers" / "templates" / "consents"
        found = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:16]
            for path in folder.rglob("*.txt")
        }
        self.assertEqual(found, TEXTS)

    def test_is_there_for_every_purpose_in_both_languages(self):
        for purpose in Consent.Purpose:
            for language in ("vi", "en"):
                text = consents.text(purpose=purpose, language=language)
                self.assertEqual(text.version, consents.VERSIONS[purpose])
                self.assertGreaterEqual(len(text.paragraphs), 3)


class GiveTests(TestCase):
    def test_keeps_text_time_who_and_how_for_one_purpose(self):
        link = a_link()

        one = given(link)

        self.assertEqual(
            (one.purpose, one.text_version, one.given_at, one.given_by, one.via, one.recorded_by),
            (ADVICE, "2026-11-24", NOON, link.user, "online", None),
        )
        self.assertFalse(consents.in_force(link.account).filter(purpose=SURVEY).exists())

    def test_twice_is_one_consent(self):
        link = a_link()

        self.assertEqual(given(link), given(link, at=NOON + HOUR))

    def test_is_the_holders_alone(self):
        link = a_link()
        others = [
            a_link(account=link.account, role=role).user for role in ("relative", "household")
        ]
        for other in [*others, a_user(), a_staff_user(*CLERK)]:
            with self.assertRaises(consents.NotAllowed):
                given(link, by=other)

    def test_to_a_text_that_is_not_asked_any_more_is_refused(self):
        with self.assertRaises(consents.OldText):
            given(a_link(), version="2020-01-01")

    def test_by_phone_names_who_recorded_it(self):
        link, clerk = a_link(), a_staff_user(*CLERK)

        one = given(link, by=clerk, via="call")

        self.assertEqual((one.recorded_by, one.given_by, one.via), (clerk, None, "call"))
        with self.assertRaises(consents.NotAllowed):
            given(link, SURVEY, by=a_staff_user("customers.view_account"), via="call")

    def test_without_anybody_who_said_or_recorded_it_is_refused_by_the_database(self):
        link = a_link()
        with self.assertRaises(IntegrityError), transaction.atomic():
            Consent.objects.create(
                account=link.account, purpose=ADVICE, text_version="x", given_at=NOON
            )


class WithdrawTests(TestCase):
    def test_ends_it_at_once_and_keeps_it_as_proof(self):
        link = a_link()
        given(link)

        done = consents.withdraw(account=link.account, purpose=ADVICE, by=link.user, at=NOON + HOUR)

        self.assertTrue(done)
        self.assertFalse(consents.in_force(link.account).exists())
        (kept,) = consents.history(link.account)
        self.assertEqual(
            (kept.withdrawn_at, kept.withdrawn_by, kept.withdrawn_via),
            (NOON + HOUR, link.user, "online"),
        )

    def test_of_nothing_changes_nothing(self):
        link = a_link()

        done = consents.withdraw(account=link.account, purpose=ADVICE, by=link.user, at=NOON)

        self.assertFalse(done)

    def test_by_a_stranger_is_refused(self):
        link = a_link()
        given(link)

        with self.assertRaises(consents.NotAllowed):
            consents.withdraw(account=link.account, purpose=ADVICE, by=a_user(), at=NOON)
