"""Words changed by staff: two people, from a day on, and back at once."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.test import TestCase

from customers.tests.factories import NOON, a_member
from notifications.models import Wording, WordingChange
from notifications.services import dispatching, fillings, rendering, wording_changes, wordings
from notifications.tests.factories import a_dispatch
from notifications.tests.fakes import provider
from notifications.tests.test_rendering import bill_notice
from notifications.wording.shipped import Slot, shipped

ZALO, EMAIL = Slot("bill_issued", "zalo", "vi"), Slot("bill_issued", "email", "vi")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
State = WordingChange.State


class ChangesTestCase(TestCase):
    def setUp(self) -> None:
        self.maker, self.checker = a_member("supervisor"), a_member("supervisor")

    def write(self, text: str = "Kỳ {{ month }}: {{ total }}. Mã {{ code }}", **rest: Any):
        values = {"slot": ZALO, "subject": "", "why": "Ngắn hơn", "starts_at": NOON,
                  "by": self.maker, "at": NOON, "text": text}  # fmt: skip
        return wording_changes.write(**values | rest)

    def approve(self, change: WordingChange, **rest: Any) -> WordingChange:
        return wording_changes.approve(change=change, **{"by": self.checker, "at": NOON} | rest)

    def text_at(self, at, slot: Slot = ZALO) -> str:
        return wordings.wording(slot, wordings.changed(channel=slot.channel, at=at)).text


class WritingTests(ChangesTestCase):
    def test_changes_nothing_until_another_person_agrees(self):
        change = self.write()
        self.assertEqual(self.text_at(NOON + DAY), shipped(ZALO).text)
        self.approve(change)
        self.assertEqual(self.text_at(NOON), "Kỳ {{ month }}: {{ total }}. Mã {{ code }}")

    def test_is_refused_with_what_to_mend(self):
        for text in ("Không có mã", "{{7*7}} {{ code }}", "bit.ly/x {{ code }}"):
            with self.assertRaises(wording_changes.Wrong) as caught:
                self.write(text)
            self.assertTrue(caught.exception.mend)
        self.assertEqual(WordingChange.objects.count(), 0)

    def test_lets_one_wait_at_a_time(self):
        first = self.write()
        with self.assertRaises(wording_changes.OneWaits):
            self.write(by=self.checker)
        wording_changes.take_back(change=first, by=self.maker, at=NOON)
        self.assertEqual(self.write().state, State.WAITING)

    def test_holds_from_its_day_on(self):
        self.approve(self.write(starts_at=NOON + DAY))
        self.assertEqual(self.text_at(NOON + DAY - HOUR), shipped(ZALO).text)
        self.assertIn("Mã {{ code }}", self.text_at(NOON + DAY))

    def test_never_holds_before_it_was_agreed_on(self):
        change = self.approve(self.write(), at=NOON + HOUR)
        self.assertEqual(change.starts_at, NOON + HOUR)


class DecidingTests(ChangesTestCase):
    def test_takes_two_people_also_for_the_database(self):
        change = self.write()
        for decide in (wording_changes.approve, wording_changes.refuse):
            with self.assertRaises(wording_changes.SamePerson):
                decide(change=change, by=self.maker, at=NOON)
        rows = WordingChange.objects.filter(pk=change.pk)
        for forged in (
            {"state": "approved"},
            {"state": "approved", "decided_by": self.maker, "decided_at": NOON},
            {"state": "approved", "decided_by": self.checker},
            {"state": "taken_back"},
        ):
            with self.assertRaises(IntegrityError), transaction.atomic():
                rows.update(**forged)

    def test_is_done_once(self):
        change = self.approve(self.write())
        for decide in (wording_changes.approve, wording_changes.refuse):
            with self.assertRaises(wording_changes.NotWaiting):
                decide(change=change, by=self.checker, at=NOON)
        refused = self.write()
        wording_changes.refuse(change=refused, by=self.checker, at=NOON)
        with self.assertRaises(wording_changes.NotWaiting):
            wording_changes.take_back(change=refused, by=self.maker, at=NOON)
        self.assertIn("Mã {{ code }}", self.text_at(NOON))

    def test_goes_back_to_the_words_before_at_once(self):
        first = self.approve(self.write("Một {{ code }}"))
        second = self.approve(self.write("Hai {{ code }}"))
        self.assertEqual(self.text_at(NOON), "Hai {{ code }}")
        wording_changes.take_back(change=second, by=self.maker, at=NOON)
        self.assertEqual(self.text_at(NOON), "Một {{ code }}")
        wording_changes.take_back(change=first, by=self.maker, at=NOON)
        self.assertEqual(self.text_at(NOON), shipped(ZALO).text)

    def test_is_signed_in_the_history(self):
        change = self.approve(self.write())
        signed = change.history.order_by("history_id").values_list("history_user_id", flat=True)
        self.assertEqual(list(signed), [self.maker.pk, self.checker.pk])


class SendingTests(ChangesTestCase):
    def send(self, channel: str, at=NOON):
        with provider() as fake:
            dispatching.send_batch(channel=channel, at=at)
        return fake.sent

    def test_says_the_changed_words_and_remembers_which(self):
        notice = bill_notice()
        a_dispatch(notice=notice, channel="zalo")
        change = self.approve(self.write())
        [message] = self.send("zalo")
        self.assertEqual(message.text, "Kỳ 10/2026: 701.525\u00a0đ. Mã ABCD2345")
        self.assertEqual(message.data["number_end"], "1234")

        wording_changes.take_back(change=change, by=self.maker, at=NOON)
        [(_dispatch, filling)] = fillings.sent(notice)
        self.assertEqual(rendering.again(filling).text, message.text)
        self.assertEqual(Wording.objects.get().text, change.text)

    def test_keeps_frame_and_foot_of_a_mail_around_escaped_words(self):
        a_dispatch(notice=bill_notice(), channel="email")
        asked = "{% if is_zero %}Không trả.{% endif %}"
        text = f"Kính gửi <b>quý khách</b>,\n\n{{{{ total }}}}\n{asked}\n\n{{{{ site_url }}}}"
        self.approve(self.write(text, slot=EMAIL, subject="Kỳ {{ month }}"))
        [message] = self.send("email")
        self.assertEqual(message.subject, "Kỳ 10/2026")
        self.assertIn("<!doctype html>", message.html)
        self.assertIn("<p>Kính gửi &lt;b&gt;quý khách&lt;/b&gt;,</p>", message.html)
        self.assertIn('<a href="http', message.html)
        self.assertEqual(message.html.count("ABCD2345"), 1)
        self.assertEqual(message.text.count("Mã kiểm tra: ABCD2345"), 1)
        self.assertIn("Kính gửi <b>quý khách</b>,", message.text)

    def test_is_not_doubled_where_somebody_pastes_the_foot(self):
        change = self.write(shipped(EMAIL).text, slot=EMAIL, subject="Kỳ {{ month }}")
        again = wordings.written(EMAIL, subject=change.subject, text=change.text)
        self.assertEqual(again.text.count("Email này có phải của chúng tôi?"), 1)
        self.assertEqual(again.text, shipped(EMAIL).text)
