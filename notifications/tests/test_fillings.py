"""What was sent can be shown again exactly as it was, whatever changes afterwards."""

import json
from datetime import timedelta

import pytest
from django.test import TestCase
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from customers.tests.factories import NOON, a_link
from customers.tests.pages import in_english
from notifications.channels import Unavailable
from notifications.models import Dispatch, Filling, Notice, Wording
from notifications.services import claiming, dispatching, fillings, rendering, wordings
from notifications.tests.factories import a_dispatch
from notifications.tests.fakes import provider
from notifications.tests.test_rendering import bill_notice, notice_of
from notifications.values import VALUES
from notifications.wording.shipped import Slot, Sources, slots

HOUR = timedelta(hours=1)
SLOT = Slot("bill_issued", "sms", "vi")
DOWN, DOUBT = Unavailable("down"), Unavailable("no answer", ambiguous=True)


def correct(notice: Notice) -> None:
    """The bill and the name turn out to be wrong."""
    bill = notice.bill
    bill.net, bill.vat, bill.total = 1_000, 80, 1_080
    bill.save()
    notice.account.holder_name = "Somebody Else"
    notice.account.save()


def texts(notice: Notice) -> list[str]:
    return [rendering.again(filling).text for _dispatch, filling in fillings.sent(notice)]


class SentTests(TestCase):
    def setUp(self) -> None:
        self.dispatch = a_dispatch(notice=bill_notice(), channel="email")
        self.notice = self.dispatch.notice

    def send(self, *answers, at=NOON):
        with provider(*answers, deduplicates=True) as fake:
            dispatching.send_batch(channel="email", at=at)
        return fake.sent

    def test_is_shown_as_it_was_after_its_facts_and_the_words_have_changed(self):
        [message] = self.send()
        correct(self.notice)

        [(dispatch, filling)] = fillings.sent(self.notice)
        again = rendering.again(filling)

        self.assertEqual(dispatch, self.dispatch)
        self.assertEqual(
            (again.subject, again.text, again.html), (message.subject, message.text, message.html)
        )
        self.assertNotEqual(
            rendering.render(notice=Notice.objects.get(), channel="email").text, message.text
        )

    def test_reads_the_same_again_where_the_first_try_may_have_arrived(self):
        [first] = self.send(DOUBT)
        correct(self.notice)
        [second] = self.send(at=NOON + HOUR)
        self.assertEqual((second.text, second.html), (first.text, first.html))
        self.assertEqual(texts(self.notice), [first.text])

    def test_tells_the_facts_of_now_where_no_try_got_through(self):
        [first] = self.send(DOWN)
        correct(self.notice)
        [second] = self.send(at=NOON + HOUR)
        self.assertNotEqual(second.text, first.text)
        self.assertIn("1.080", second.text)
        self.assertEqual(texts(self.notice), [second.text])

    def test_is_kept_before_the_provider_is_called(self):
        batch = claiming.claim(channel="email", at=NOON, limit=1)
        made = rendering.messages(claims=batch.claims, channel="email", at=NOON)
        self.assertEqual(texts(self.notice), [made[self.dispatch.pk].text])

    def test_goes_with_its_dispatch(self):
        self.send()
        Dispatch.objects.all().delete()
        self.assertEqual(Filling.objects.count(), 0)
        self.assertEqual(Wording.objects.count(), 1)


class InboxTests(TestCase):
    def setUp(self) -> None:
        self.notice = bill_notice()
        a_dispatch(notice=self.notice, channel="inbox", status="accepted")
        self.client.force_login(a_link(account=self.notice.account).user)
        self.page = f"/notices/{self.notice.code}/"

    def test_shows_what_was_opened_first(self):
        self.assertContains(self.client.get(self.page), "701.525")
        correct(self.notice)
        for page in (self.page, "/notices/"):
            shown = self.client.get(page)
            self.assertContains(shown, "701.525", msg_prefix=page)
            self.assertNotContains(shown, "1.080", msg_prefix=page)
        self.assertContains(self.client.get("/"), "701.525")

    def test_shows_the_facts_of_now_until_it_is_opened(self):
        self.client.get(self.page, headers={"Sec-Purpose": "prefetch"})
        self.client.head(self.page)
        correct(self.notice)
        self.assertContains(self.client.get(self.page), "1.080")

    def test_keeps_each_language_as_it_was_opened(self):
        self.client.get(self.page)
        in_english(self.client)
        self.client.get(self.page)
        kept = Filling.objects.order_by("language").values_list("language", flat=True)
        self.assertEqual(list(kept), ["en", "vi"])

    def test_shows_what_was_sent_elsewhere(self):
        a_dispatch(notice=self.notice, channel="zalo")
        with provider() as fake:
            dispatching.send_batch(channel="zalo", at=NOON)
        self.assertContains(self.client.get(self.page), fake.sent[0].text)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(VALUES))
def test_render_and_freeze_come_to_the_same(kind):
    notice = notice_of(kind)
    for slot in [slot for slot in slots() if slot.kind == kind]:
        wording = wordings.built_in(slot)
        dispatch = a_dispatch(notice=notice, channel=slot.channel, address=f"{slot.language}@x.vn")
        with translation.override(slot.language):
            fillings.keep(
                [rendering.freeze(notice, dispatch=dispatch.pk, wording=wording)], replace=False
            )
        kept = Filling.objects.select_related("wording").get(dispatch=dispatch)
        live = rendering.render(notice=notice, channel=slot.channel, language=slot.language)
        again = rendering.again(kept)
        # A code that is the recipient's alone is no fact that is kept.
        shown = (
            part.replace(f"{notice.code}-******", notice.code)
            for part in (again.subject, again.text, again.html)
        )
        assert tuple(shown) == (live.subject, live.text, live.html)


NAMES = ("code", "total", "is_zero", "due_on")
TEXTS = st.lists(
    st.sampled_from(
        ["{{ code }}", "{{ total }}", "{% if is_zero %}a{% else %}b{{ due_on }}{% endif %}",
         "{% if not total %}x{% endif %}", "đ ", "\n", "{{7*7}}", "<b>"]
    )
).map("".join)  # fmt: skip


@given(
    TEXTS, TEXTS, st.fixed_dictionaries({name: st.text() | st.booleans() for name in NAMES}),
    st.sampled_from(["sms", "email", "zalo"]),
)  # fmt: skip
def test_what_is_kept_is_enough_to_say_it_again(subject, text, filled, channel):
    slot = SLOT._replace(channel=channel)
    wording = Wording.of(slot, Sources(subject, text, text), parameters=("code",))
    values = json.loads(json.dumps(wording.kept(filled)))
    again = rendering.again(Filling(wording=wording, values=values))
    said = rendering.fill(wording.sources, filled, channel=channel)
    assert (again.subject, again.text, again.html) == (said.subject, said.text, said.html)
    assert again.data["code"] == said.data["code"]


class TestWording:
    def test_is_another_one_as_soon_as_anything_of_it_is(self):
        base = Sources("s", "{{ code }}", "h")
        others = [Sources("t", "{{ code }}", "h"), Sources("s", "{{ code }}.", "h"),
                  Sources("s", "{{ code }}", "i")]  # fmt: skip
        keys = {Wording.of(SLOT, sources).pk for sources in (base, *others)}
        keys |= {Wording.of(SLOT._replace(channel="zalo"), base).pk}
        keys |= {Wording.of(SLOT, base, parameters=("total",)).pk}
        assert len(keys) == 6
        assert Wording.of(SLOT, Sources("s", "{{ code }}", "h")).pk in keys
