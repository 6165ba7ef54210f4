"""Cases in the file of everything held, and what erasing takes along of them."""

from datetime import date

from django.test import TestCase
from django.utils import timezone

from customers.models import Account, Case, CaseLine, User
from customers.tests.factories import NOON, a_case, a_link, a_user, an_account
from portal.site.privacy import erasing
from portal.tests.site.test_privacy import tables_of


def asked(account: Account | None, by: User) -> Case:
    """A case of this login with a line of each side, and a note between colleagues."""
    case = a_case(account=account, asked_by=by, kind="bill" if account else "linking")
    case.lines.create(kind="reply", text="Xin gấp.", by=by, at=NOON)
    case.lines.create(kind="handed", note="khách khó tính", by=by, at=NOON)
    return case


class ExportTests(TestCase):
    def setUp(self) -> None:
        self.account = an_account()
        self.holder = a_link(account=self.account).user
        self.relative = a_link(account=self.account, role="relative").user

    def numbers(self, user: User) -> set[str]:
        tables = tables_of(user)
        lines = {line["case__number"] for line in tables["case-lines"]}
        found = {case["number"] for case in tables["cases"]}
        self.assertEqual(lines, found)
        self.assertNotIn("khách khó tính", str(tables))
        return found

    def test_of_a_holder_holds_all_of_the_contract_and_of_others_their_own(self):
        mine, theirs = asked(self.account, self.holder), asked(self.account, self.relative)
        self.assertEqual(self.numbers(self.holder), {mine.number, theirs.number})
        self.assertEqual(self.numbers(self.relative), {theirs.number})
        self.assertEqual(self.numbers(a_user()), set())

    def test_of_a_new_holder_holds_nothing_from_before(self):
        other = an_account()
        asked(other, a_link(account=other, role="relative").user)
        moved_in = a_link(account=other, moved_in_on=date(2026, 11, 20)).user
        self.assertEqual(self.numbers(moved_in), set())


class EraseTests(TestCase):
    def left(self, user: User) -> set[str]:
        """What is left of the cases once the login is erased, and once more."""
        for _twice in range(2):
            erasing.erase(user=user, at=timezone.now())
        left = set(Case.objects.values_list("number", flat=True))
        self.assertEqual(set(CaseLine.objects.values_list("case__number", flat=True)), left)
        return left

    def test_takes_what_was_asked_about_others_contracts_and_about_none(self):
        user = a_link(role="relative").user
        asked(user.links.get().account, user)
        asked(None, user)
        self.assertEqual(self.left(user), set())

    def test_takes_all_of_a_contract_that_has_ended(self):
        account = an_account(starts_on=date(2020, 1, 1), ends_on=date(2026, 10, 1))
        holder = a_link(account=account).user
        asked(account, holder)
        asked(account, a_link(account=account, role="relative").user)
        self.assertEqual(self.left(holder), set())

    def test_leaves_with_a_running_contract_what_was_asked_about_it(self):
        holder = a_link().user
        kept = asked(holder.links.get().account, holder)
        other = asked(an_account(), a_user())
        self.assertEqual(self.left(holder), {kept.number, other.number})
