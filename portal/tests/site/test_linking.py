"""The pages of linking: what they say, what they keep to themselves, who gets where."""

import re
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.tests.factories import a_bill
from customers.models import AccountLink, LinkFreeze, LinkRequest, User
from customers.tests.factories import NOON, PASSWORD, a_link, a_user
from customers.tests.linking import NOBODYS, Proof, a_home
from customers.tests.pages import in_english
from notifications.models import Channel, DirectMessage
from notifications.tests.factories import a_dispatch, a_notice
from portal.lib.sealed import keyed_hash
from portal.site import link_codes
from portal.site.linking import network_of
from portal.tests.sign_in.people import sign_in_now

LINK, PROOF = reverse("link"), reverse("link_proof")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def sent_code() -> str:
    """The code in the newest message that is on its way."""
    message = DirectMessage.objects.latest("pk")
    return re.search(r"\b\d{6}\b", message.text)[0]


class PagesTestCase(TestCase):
    def setUp(self) -> None:
        self.now = NOON
        clock = patch("django.utils.timezone.now", side_effect=lambda: self.now)
        clock.start()
        self.addCleanup(clock.stop)
        self.user = a_user()
        self.client = self.signed_in(self.user)

    def signed_in(self, user: User) -> Client:
        client = Client(REMOTE_ADDR=f"10.0.{user.pk % 250}.7")
        in_english(client)
        client.force_login(user)
        return client

    def begin(self, number: str, *, how: str = Proof.CONTACT, client: Client | None = None) -> Any:
        """The answer to choosing a proof for this customer code."""
        client = client or self.client
        client.post(LINK, {"number": number})
        return client.post(PROOF, {"proof": how})

    def arrive(self) -> None:
        """Let the background look at what was asked."""
        for request in LinkRequest.objects.unprepared():
            link_codes.deliver(request=request.pk, at=self.now)


class WayTests(PagesTestCase):
    def test_leads_from_a_pasted_code_to_the_use_of_the_address(self) -> None:
        account = a_home()
        answer = self.client.post(LINK, {"number": f"Mã KH: {account.number.lower()} "})
        self.assertRedirects(answer, PROOF)
        self.assertContains(self.client.get(PROOF), account.number)
        page = self.client.post(PROOF, {"proof": "contact"}).url
        self.assertContains(self.client.get(page), "Type the code")
        self.arrive()
        done = self.client.post(page, {"code": sent_code()})
        self.assertRedirects(done, reverse("address", args=[account.number]))
        self.assertEqual(AccountLink.objects.get().user, self.user)

    def test_keeps_what_was_typed_and_says_what_is_wrong_beside_it_and_above(self) -> None:
        page = self.client.post(LINK, {"number": "12/5 Lê Lợi"})
        self.assertContains(page, 'value="12/5 Lê Lợi"')
        self.assertContains(page, "A customer code is PE or PB and 11 digits", count=2)

    def test_begins_with_the_code_whatever_address_is_opened(self) -> None:
        self.assertRedirects(self.client.get(PROOF), LINK)
        self.assertEqual(self.client.get(reverse("link_again", args=["x"])).status_code, 405)

    def test_sends_another_code_and_the_earlier_one_is_dead(self) -> None:
        page = self.begin(a_home().number).url
        self.arrive()
        first = sent_code()
        second = self.client.post(f"{page}again/").url
        self.assertEqual(self.client.post(page, {"code": first}).status_code, 404)
        self.arrive()
        self.assertRedirects(
            self.client.post(second, {"code": sent_code()}),
            reverse("address", args=[LinkRequest.objects.latest("pk").number]),
        )

    def test_leads_home_whoever_moves_in_later(self) -> None:
        account = a_home()
        a_link(account=account, moved_out_on=NOON.date() + 30 * DAY)
        page = self.begin(account.number).url
        self.arrive()
        self.assertRedirects(self.client.post(page, {"code": sent_code()}), "/")
        self.assertEqual(self.client.get(f"/accounts/{account.number}/").status_code, 404)

    def test_says_where_an_address_is_that_is_linked_already(self) -> None:
        link = a_link(user=self.user)
        answer = self.begin(link.account.number)
        self.assertRedirects(answer, reverse("address", args=[link.account.number]))

    def test_refuses_the_21st_address_with_the_way_to_ask_staff(self) -> None:
        for _one in range(20):
            a_link(user=self.user)
        answer = self.begin(a_home().number)
        self.assertContains(answer, "tel:1900545454", status_code=403)
        self.assertContains(answer, "at most 20 addresses", status_code=403)

    def test_lists_what_waits_and_shows_nobody_elses(self) -> None:
        self.begin(NOBODYS, how=Proof.HOLDER)
        other = self.signed_in(a_user())
        self.assertContains(self.client.get(LINK), NOBODYS)
        self.assertNotContains(other.get(LINK), NOBODYS)

    def test_counts_an_address_of_the_internet_by_its_network(self) -> None:
        self.assertEqual(network_of("203.0.113.9"), "203.0.113.0/24")
        self.assertEqual(network_of("2001:db8:1:2::9"), "2001:db8:1::/48")
        self.assertEqual(network_of(""), "unknown")


class CodeLetterTests(PagesTestCase):
    """The message with the code (T03)."""

    def test_says_how_to_stop_it_and_not_the_whole_customer_code(self) -> None:
        account = a_home()
        self.begin(account.number)
        self.arrive()
        message = DirectMessage.objects.get()
        self.assertEqual((message.channel, message.purpose), ("email", "link_code"))
        self.assertIn("1900 54 54 54", message.text)
        self.assertNotIn(account.number, message.text)
        self.assertEqual(message.expires_at, NOON + timedelta(minutes=15))

    def test_as_a_text_message_has_one_part(self) -> None:
        account = a_home()
        account.contacts.filter(kind="email").delete()
        self.begin(account.number)
        self.arrive()
        message = DirectMessage.objects.get()
        self.assertEqual(message.channel, "sms")
        self.assertTrue(message.text.isascii() and len(message.text) <= 160, message.text)

    def test_is_queued_once_however_often_the_background_is_called(self) -> None:
        self.begin(a_home().number)
        self.arrive()
        link_codes.tend(at=NOON + timedelta(minutes=1))
        self.assertEqual(DirectMessage.objects.count(), 1)

    def test_is_made_up_for_by_the_clock(self) -> None:
        self.begin(a_home().number)
        link_codes.tend(at=NOON + timedelta(minutes=1))
        self.assertEqual(DirectMessage.objects.count(), 1)


class SamenessTests(PagesTestCase):
    """T02: nothing tells an existing customer code from an invented one."""

    def cases(self) -> dict[str, str]:
        linked, frozen = a_home(), a_home()
        a_link(account=linked)
        a_link(account=frozen, state=AccountLink.State.FROZEN)
        return {
            "exists": a_home().number,
            "nobody's": NOBODYS,
            "linked by another": linked.number,
            "frozen": frozen.number,
            "closed": a_home(ends_on=NOON.date()).number,
        }

    def walk(self, number: str, how: str) -> list[tuple[object, ...]]:
        """Every answer on the way with wrong codes, without what differs by its nature."""
        user = a_user()
        client = Client(REMOTE_ADDR=f"10.1.{user.pk % 250}.7")
        client.force_login(user)
        seen = [self.seen(lambda: client.post(LINK, {"number": number}))]
        seen.append(self.seen(lambda: client.get(PROOF)))
        seen.append(self.seen(lambda: client.post(PROOF, {"proof": how})))
        self.arrive()
        page = reverse("link_request", args=[LinkRequest.objects.latest("pk").reference])
        seen.append(self.seen(lambda: client.get(page)))
        for _one in range(7):
            seen.append(self.seen(lambda: client.post(page, {"code": "999999x"})))
        seen.append(self.seen(lambda: client.get(page)))
        seen.append(self.seen(lambda: client.post(f"{page}again/")))
        return seen

    def seen(self, ask: Any) -> tuple[object, ...]:
        with CaptureQueriesContext(connection) as captured:
            answer = ask()
        headers = dict(answer.headers.items())
        for name in ("Location", "Set-Cookie", "X-Request-ID"):
            headers.pop(name, None)
        cookies = sorted((name, len(one.value)) for name, one in answer.cookies.items())
        return (
            answer.status_code,
            neutral(answer.content),
            len(answer.content),
            headers,
            cookies,
            [re.split(r"[\d']", one["sql"])[0][:60] for one in captured],
        )

    def test_every_answer_is_the_same_for_every_kind_of_code(self) -> None:
        for how in (Proof.CONTACT, Proof.LETTER, Proof.HOLDER, Proof.AGENT):
            walks = {name: self.walk(number, how) for name, number in self.cases().items()}
            for name, walk in walks.items():
                for step, (found, expected) in enumerate(zip(walk, walks["exists"], strict=True)):
                    with self.subTest(how=how, code=name, step=step):
                        self.assertEqual(found, expected)

    def test_no_answer_shows_a_contact_or_a_name(self) -> None:
        account = a_home(holder_name="Huỳnh Thị Xuân")
        phone = account.contacts.get(kind="phone").value
        for how in (Proof.CONTACT, Proof.LETTER, Proof.HOLDER, Proof.AGENT):
            bodies = " ".join(str(step[1]) for step in self.walk(account.number, how))
            for secret in ("Xuân", phone[-4:], "@example.vn", "12/5 Lê Lợi, "):
                self.assertNotIn(secret, bodies)

    def test_the_time_of_sending_lies_after_the_answer(self) -> None:
        self.begin(a_home().number)
        self.assertFalse(DirectMessage.objects.exists())
        self.assertIsNone(LinkRequest.objects.get().account)

    def test_limits_refuse_with_one_page_whatever_was_reached(self) -> None:
        pages = []
        for case in ("login", "code", "network", "stopped"):
            user = a_user()
            client = self.signed_in(user)
            LinkRequest.objects.all().delete()
            if case == "stopped":
                LinkFreeze.objects.create(
                    kind="login", subject=str(user.pk), user=user, created_at=NOON,
                    ends_at=NOON + DAY,
                )  # fmt: skip
            for place in range({"network": 30, "stopped": 0}.get(case, 5)):
                one = client if case == "login" else self.signed_in(a_user())
                if case == "network":
                    one.defaults["REMOTE_ADDR"] = f"10.0.{user.pk % 250}.{place}"
                number = NOBODYS if case == "code" else f"PE040000000{place:02d}"
                self.begin(number, client=one)
            answer = self.begin(NOBODYS, client=client)
            self.assertEqual(answer.status_code, 429, case)
            pages.append(neutral(answer.content))
        self.assertEqual(len(set(pages)), 1)


class TokenTests(PagesTestCase):
    """T05: used twice, by another, too late, changed: one and the same page, and nothing linked."""

    def setUp(self) -> None:
        super().setUp()
        self.page = self.begin(a_home().number).url
        self.arrive()
        self.code = sent_code()

    def test_others_the_late_and_the_used_get_the_same_page(self) -> None:
        stranger = self.signed_in(a_user())
        pages = [stranger.post(self.page, {"code": self.code})]
        bent = self.page[:-2] + ("0" if self.page[-2] != "0" else "1") + "/"
        pages.append(self.client.post(bent, {"code": self.code}))
        self.now = NOON + timedelta(minutes=16)
        pages.append(self.client.post(self.page, {"code": self.code}))
        self.assertFalse(AccountLink.objects.exists())
        self.now = NOON
        done = self.client.post(self.page, {"code": self.code}, follow=True)
        self.assertEqual(done.status_code, 200)
        pages.append(self.client.post(self.page, {"code": self.code}))
        self.assertEqual({page.status_code for page in pages}, {404})
        self.assertEqual(len({neutral(page.content) for page in pages}), 1)
        self.assertEqual(AccountLink.objects.count(), 1)

    def test_looking_at_the_page_uses_nothing_up(self) -> None:
        for _one in range(10):
            self.client.get(self.page)
            self.client.head(self.page)
        self.assertEqual(LinkRequest.objects.get().tries, 0)
        self.assertEqual(self.client.post(self.page, {"code": self.code}).status_code, 302)

    def test_neither_code_nor_contact_stands_in_clear_in_any_row(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(r)::text FROM customers_linkrequest r")
            rows = cursor.fetchone()[0]
            cursor.execute("SELECT row_to_json(r)::text FROM notifications_directmessage r")
            rows += cursor.fetchone()[0]
        self.assertNotIn(f'"{self.code}"', rows)
        self.assertNotIn(f" {self.code}", rows)
        self.assertNotIn("@example.vn", rows)
        self.assertNotIn(keyed_hash(self.code), rows)


class HolderTests(PagesTestCase):
    """T06: the holder answers; nobody else sees that anybody asked."""

    def setUp(self) -> None:
        super().setUp()
        self.account = a_home()
        self.holder = a_link(account=self.account).user
        self.url = reverse("link_requests", args=[self.account.number])
        self.user.name = "Trần Văn Bình"
        self.user.save()
        self.page = self.begin(self.account.number, how=Proof.HOLDER).url
        self.arrive()
        self.reference = LinkRequest.objects.get().reference

    def say(self, verb: str, *, recently: bool = True, **fields: object) -> Any:
        values = {"asked": self.reference, "verb": verb}
        values |= {f"{self.reference}-{name}": value for name, value in fields.items()}
        client = self.signed_in(self.holder)
        if recently:
            sign_in_now(client, self.holder)
        return client.post(self.url, values)

    def test_sees_who_asks_and_opens_what_they_choose(self) -> None:
        shown = self.signed_in(self.holder).get(self.url)
        self.assertContains(shown, "Trần Văn Bình")
        self.assertNotContains(shown, self.user.email)
        self.say("accept", role="relative", rights=["bills", "totals", "change"])
        link = AccountLink.objects.get(user=self.user)
        self.assertEqual((link.role, link.rights), ("relative", ["bills", "totals"]))
        self.assertRedirects(
            self.client.get(self.page), reverse("address", args=[self.account.number])
        )

    def test_says_yes_only_after_a_fresh_proof_and_no_without(self) -> None:
        """A stolen session lets nobody in who stays when it is over (T15)."""
        accepted = {"role": "household", "rights": ["bills"]}
        answer = self.say("accept", recently=False, **accepted)
        self.assertIn(reverse("account_login"), answer.url)
        self.assertFalse(self.user.links.exists())
        self.holder.set_password(PASSWORD)
        self.holder.save()
        answer = self.say("accept", recently=False, **accepted)
        self.assertIn("reauthenticate", answer.url)
        self.assertFalse(self.user.links.exists())
        self.say("refuse", recently=False)
        self.assertEqual(LinkRequest.objects.get().state, LinkRequest.State.REFUSED)

    def test_says_no_and_the_other_learns_no_more_than_that_it_is_over(self) -> None:
        self.say("refuse")
        self.assertContains(self.client.get(self.page), "expired or was used", status_code=404)
        self.assertFalse(self.user.links.exists())

    def test_is_told_what_to_mend(self) -> None:
        page = self.say("accept", role="viewer", rights=["days"])
        self.assertContains(page, "Choose something that this role can open.", count=2)

    def test_answers_a_request_that_is_gone_without_harm(self) -> None:
        self.say("refuse")
        self.assertEqual(self.say("accept", role="viewer", rights=["totals"]).status_code, 200)
        self.assertFalse(self.user.links.exists())

    def test_is_alone_with_the_page(self) -> None:
        household = a_link(account=self.account, role=AccountLink.Role.HOUSEHOLD).user
        for person in (self.user, household, a_user()):
            client = self.signed_in(person)
            sign_in_now(client, person)
            self.assertEqual(client.get(self.url).status_code, 404)
            values = {"asked": self.reference, "verb": "accept"}
            self.assertEqual(client.post(self.url, values).status_code, 404)


class MineTests(PagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.link = a_link(user=self.user)
        self.bill = a_bill(account=self.link.account)
        self.number = self.link.account.number

    def url(self, name: str) -> str:
        return reverse(name, args=[self.number])

    def test_names_the_place_for_oneself(self) -> None:
        self.client.post(self.url("link_mine"), {"nickname": "  Nhà   mẹ "})
        self.assertContains(self.client.get(self.url("address")), "Nhà mẹ")

    def test_unlinked_an_old_tab_answers_404_and_notices_are_gone_at_once(self) -> None:
        notice = a_notice(account=self.link.account)
        a_dispatch(notice=notice, channel=Channel.INBOX, status="accepted")
        tabs = [
            self.url("address"),
            self.url("bills"),
            reverse("bill", args=[self.number, self.bill.month]),
            reverse("notice", args=[notice.code]),
            self.url("link_mine"),
        ]
        for tab in tabs:
            self.assertEqual(self.client.get(tab).status_code, 200, tab)
        self.assertContains(self.client.get(self.url("link_leave")), "Unlink this address?")
        self.assertRedirects(self.client.post(self.url("link_leave")), reverse("home"))
        for tab in [*tabs, self.url("link_leave")]:
            self.assertEqual(self.client.get(tab).status_code, 404, tab)
        self.assertNotContains(self.client.get(reverse("inbox")), self.number)
        self.assertEqual(self.client.post(self.url("link_leave")).status_code, 404)

    def test_a_holder_with_others_is_told_to_end_their_links_first(self) -> None:
        a_link(account=self.link.account, role=AccountLink.Role.VIEWER)
        page = self.client.post(self.url("link_leave"))
        self.assertContains(page, "End their links first", status_code=409)
        self.assertTrue(self.user.links.in_force().exists())


class HomeTests(PagesTestCase):
    def test_offers_to_link_an_address_to_whoever_has_one_or_none(self) -> None:
        self.assertContains(self.client.get("/"), f'href="{LINK}"')
        a_link(user=self.user)
        self.assertContains(self.client.get("/"), f'href="{LINK}"')


def neutral(content: bytes) -> str:
    """An answer without the form's random token, the reference, and the code that was typed."""
    text = content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    text = re.sub(r"/link/requests/\w+/|\b\w{4}-\w{4}-\w{4}\b", "…", text)
    return re.sub(r"PE\d{11}", "PE…", text)
