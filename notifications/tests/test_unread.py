"""How many notices wait: what the inbox shows, counted by a text that is made once."""

from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.test import TestCase

from customers.models import Account, AccountEvent, AccountLink, User
from customers.tests.factories import NOON, a_link, a_user, an_account
from notifications import inbox
from notifications.tests.factories import a_dispatch, a_notice, a_passing
from portal.lib.periods import EVER, Window, local_day

TODAY = local_day(NOON)
WINDOWS = (
    EVER,
    Window(TODAY, None),
    Window(TODAY + timedelta(days=1), None),
    Window(None, TODAY),
    Window(None, TODAY + timedelta(days=1)),
    Window(date(2026, 1, 1), TODAY + timedelta(days=1)),
)


class UnreadTests(TestCase):
    """Two addresses; at one a household of three, told of all that is not for everybody."""

    def setUp(self) -> None:
        self.home, self.other = an_account(), an_account()
        roles = (AccountLink.Role.HOLDER, AccountLink.Role.HOUSEHOLD, AccountLink.Role.RELATIVE)
        self.links = [
            a_link(account=self.home, role=role, rights=sorted(AccountLink.MOST[role]))
            for role in roles
        ]
        for place in range(3):
            self.put_in(self.home, f"test-{place}")
        self.put_in(self.other, "test-other")
        self.put_in(self.home, "read", read_at=NOON)
        a_notice(account=self.home, subject="by letter")
        for kind in (AccountEvent.Kind.LINK_ASKED, AccountEvent.Kind.LINKED):
            event = AccountEvent.objects.create(
                account=self.home, kind=kind, link=self.links[2], at=NOON
            )
            self.put_in(self.home, f"{kind}", kind="security", event=event)
        passing = a_passing(account=self.home, link=self.links[1])
        self.put_in(self.home, "passed", kind="use_threshold", passing=passing)

    def put_in(self, account: Account, subject: str, **fields: object) -> None:
        notice = a_notice(account=account, subject=subject, **fields)
        a_dispatch(notice=notice, channel="inbox", status="delivered")

    def people(self) -> list[User]:
        return [link.user for link in self.links] + [a_user()]

    def windowed(self, first: Window, second: Window) -> list[Account]:
        self.home.window, self.other.window = first, second
        return [self.home, self.other]

    def test_counts_what_the_inbox_shows_to_each_person_in_each_window(self) -> None:
        seen = set()
        for reader in self.people():
            for first in WINDOWS:
                for accounts in ([self.windowed(first, EVER)[0]], self.windowed(first, first)):
                    shown = inbox.inbox(accounts, reader=reader).filter(read_at=None).count()
                    self.assertEqual(inbox.unread(accounts, reader=reader), shown)
                    seen.add(shown)
        self.assertGreater(len(seen), 4)

    def test_makes_its_text_once_and_holds_nobody_in_it(self) -> None:
        inbox._unread.cache_clear()
        for link in self.links:
            inbox.unread([self.home], reader=link.user)
        self.assertEqual(inbox._unread.cache_info().misses, 1)
        known = {self.home.pk, *(link.user_id for link in self.links)}
        text = inbox._unread(((False, False),))
        self.assertFalse(known & {one for one in text.parameters if isinstance(one, int)})

    def test_asks_once(self) -> None:
        with self.assertNumQueries(1):
            inbox.unread([self.home, self.other], reader=self.links[0].user)

    def test_of_nobody_and_of_no_address_is_none(self) -> None:
        self.assertEqual(inbox.unread([], reader=self.links[0].user), 0)
        self.assertEqual(inbox.unread([self.home], reader=AnonymousUser()), 0)
