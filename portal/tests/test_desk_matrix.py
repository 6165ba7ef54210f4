"""The desk's own pages of a table and of a row: every role × every table × every page (T42)."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.test import Client, TestCase
from django.urls import reverse

from customers.models import Account, StaffRole, User
from customers.tests.factories import a_user, opened
from portal.tests.desk_rows import (
    STAFF,
    a_row_of_each,
    ask,
    at_work,
    first,
    label,
    person,
    registered,
    url,
)

EVERYBODY = "agent officer officer_elsewhere supervisor operator auditor"
HERE = "agent officer supervisor operator auditor"
ASKING = "agent officer supervisor auditor"
RECORDING = "agent officer supervisor officer_elsewhere"
OVERSIGHT = "supervisor auditor"
BOSS = "supervisor"
PAGES = ("changelist", "add", "change", "history", "delete")


def by(
    changelist: str = "", change: str = "", history: str | None = None, add: str = "",
    delete: str = "",
) -> dict[str, frozenset[str]]:  # fmt: skip
    """Whom each page opens to; the history of a row opens to whom the row does, unless it says."""
    told = {"changelist": changelist, "change": change, "add": add, "delete": delete}
    told["history"] = change if history is None else history
    return {page: frozenset(roles.split()) for page, roles in told.items()}


# The rows hang on one account of the officer's company, for which everybody gave a reason.
OPEN = {
    # --- facts of an account: a list of what one's companies have, a row of these alone
    "customers.Account": by(EVERYBODY, HERE),
    "customers.Arrangement": by(EVERYBODY, HERE),
    "customers.AccountLink": by(EVERYBODY, HERE),
    "customers.ContactCheck": by(EVERYBODY, HERE),
    "customers.ContactPoint": by(EVERYBODY, HERE),
    "customers.Meter": by(EVERYBODY, HERE),
    "customers.Registration": by(EVERYBODY, HERE),
    "customers.WorkItem": by(EVERYBODY, HERE),
    "customers.Case": by(EVERYBODY, HERE),
    "customers.DataRequest": by(f"{ASKING} officer_elsewhere", ASKING, add=RECORDING),
    "billing.Bill": by(EVERYBODY, HERE),
    "billing.Debit": by(EVERYBODY, HERE),
    "billing.Payment": by(EVERYBODY, HERE),
    "billing.Read": by(EVERYBODY, HERE),
    "billing.ServiceFee": by(EVERYBODY, HERE),
    # A stop has no page of its own: the list holds it as a card.
    "billing.SupplyStop": by(EVERYBODY, "", HERE),
    "notifications.Notice": by(EVERYBODY, HERE),
    "notifications.Dispatch": by(EVERYBODY, HERE),
    # --- everybody's to know
    "customers.OperatingUnit": by(EVERYBODY, EVERYBODY),
    "notifications.Outage": by(EVERYBODY, EVERYBODY),
    "notifications.Run": by(EVERYBODY, EVERYBODY),
    # --- what is looked after, and by whom it is changed
    "customers.AnswerTemplate": by(OVERSIGHT, OVERSIGHT, add=BOSS),
    "customers.CaseTerms": by(OVERSIGHT, OVERSIGHT, add=BOSS),
    "customers.ConsentText": by(OVERSIGHT, OVERSIGHT, add=BOSS),
    "customers.ContactTerms": by(OVERSIGHT, OVERSIGHT, add=BOSS),
    "customers.Protection": by(BOSS, BOSS, add=BOSS, delete=BOSS),
    "customers.Download": by(OVERSIGHT, OVERSIGHT),
    "customers.LinkFreeze": by(OVERSIGHT, OVERSIGHT),
    "customers.Look": by(OVERSIGHT, OVERSIGHT),
    "customers.LookAlarm": by(OVERSIGHT, OVERSIGHT),
    "customers.LostFactor": by(OVERSIGHT, OVERSIGHT),
    "customers.User": by(OVERSIGHT, OVERSIGHT),
    "customers.ReviewTerms": by(OVERSIGHT, OVERSIGHT, add=BOSS),
    "billing.PaymentTerms": by(OVERSIGHT, OVERSIGHT, add=BOSS),
    "billing.Tariff": by(OVERSIGHT, OVERSIGHT),
    "billing.VatRate": by(OVERSIGHT, OVERSIGHT),
    "notifications.Audience": by(OVERSIGHT, OVERSIGHT, add=BOSS),
    "notifications.Campaign": by(OVERSIGHT, OVERSIGHT, add=BOSS),
    "notifications.ChannelPrice": by(OVERSIGHT, OVERSIGHT, add=BOSS),
    "notifications.ChannelState": by(OVERSIGHT, OVERSIGHT),
    "notifications.Cutover": by(f"officer officer_elsewhere {OVERSIGHT}", f"officer {OVERSIGHT}"),
    "notifications.Halt": by(OVERSIGHT),
    "notifications.KindPolicy": by(OVERSIGHT, OVERSIGHT),
    "notifications.LeadTime": by(OVERSIGHT, OVERSIGHT, add=BOSS),
    "notifications.QuietHours": by(OVERSIGHT, OVERSIGHT, add=BOSS),
    "notifications.WordingChange": by(OVERSIGHT, OVERSIGHT),
    # --- files, with rows of every company
    "customers.Load": by(f"operator {OVERSIGHT}", f"operator {OVERSIGHT}"),
    # --- asked from an account, never from a list of them
    "customers.LinkRequest": by(),
}


# A row is about a customer: whoever may open it says first why. Of logins, those of customers.
ASKS_WHY = {
    "customers.Account",
    "customers.AccountLink",
    "customers.Arrangement",
    "customers.Case",
    "customers.ContactCheck",
    "customers.ContactPoint",
    "customers.DataRequest",
    "customers.Meter",
    "customers.Registration",
    "customers.User",
    "customers.WorkItem",
    "billing.Bill",
    "billing.Debit",
    "billing.Payment",
    "billing.Read",
    "billing.ServiceFee",
    "billing.SupplyStop",
    "notifications.Dispatch",
    "notifications.Notice",
}


def about_a_customer(table: ModelAdmin) -> Model:
    """A row of the table that is about a customer."""
    if table.model is User:
        return User.objects.filter(is_staff=False).earliest("pk")
    return first(table)


class DeskMatrixTests(TestCase):
    """One world for all of them; asking writes nothing but looks that change no answer."""

    maxDiff = None
    account: Account
    people: dict[str, User]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.account = a_row_of_each()
        cls.people = {role: at_work(role, cls.account) for role in STAFF}

    def test_names_every_table_of_the_desk(self):
        self.assertEqual({label(one) for one in registered()}, set(OPEN))

    def test_opens_each_page_to_whom_it_is_declared_to_and_to_nobody_else(self):
        found: dict[tuple[str, str], set[str]] = {}
        for role, user in self.people.items():
            for table in registered():
                for page in PAGES:
                    opens = self.opens(user, table, page)
                    found.setdefault((label(table), page), set()).update({role} if opens else ())
        declared = {(name, page): set(OPEN[name][page]) for name, page in found}
        wrong = {key: (found[key], declared[key]) for key in found if found[key] != declared[key]}
        self.assertEqual(wrong, {}, "table, page: found, declared")

    def opens(self, user: User, table: ModelAdmin, page: str) -> bool:
        """Whether the page, or the one of the row that it leads to, is shown."""
        of_a_row = page not in {"changelist", "add"}
        home = {reverse("admin:index"), url(table, "changelist")} if of_a_row else set()
        answer = ask(user, url(table, page, *([first(table).pk] if of_a_row else [])))
        where = answer.headers.get("Location", "")
        if where.startswith("/desk/") and where not in home:
            answer = ask(user, where)
        if answer.status_code == 200:
            # Everybody gave the reason, so what is shown is the row and not the question.
            shown = getattr(answer, "context_data", None) or {}
            self.assertNotIn("button", shown, (label(table), page))
        return answer.status_code == 200

    def test_asks_why_before_a_row_about_somebody(self):
        for role in StaffRole:
            user = person(role)
            for table in registered():
                for page in ("change", "history"):
                    if label(table) in ASKS_WHY and role in OPEN[label(table)][page]:
                        answer: Any = ask(user, url(table, page, about_a_customer(table).pk))
                        shown = getattr(answer, "context_data", None) or {}
                        self.assertIn("button", shown, (role, label(table), page))

    def test_asks_why_wherever_a_row_opens_to_those_who_work_with_its_account(self):
        here = frozenset(HERE.split())
        working = {name for name, pages in OPEN.items() if here in pages.values()}
        self.assertEqual(ASKS_WHY - working, {"customers.DataRequest", "customers.User"})
        self.assertEqual(working - ASKS_WHY, set())

    def test_opens_to_no_company_of_another_what_it_was_given_a_reason_for(self):
        """A reason given while the account was theirs opens nothing once it is not."""
        user = self.people["officer_elsewhere"]
        opened(self.account, by=user)
        for table in registered():
            if "officer_elsewhere" not in OPEN[label(table)]["change"]:
                for page in ("change", "history", "delete"):
                    self.assertFalse(self.opens(user, table, page), (label(table), page))

    def test_lists_to_an_officer_what_is_of_their_company_alone(self):
        client = Client()
        client.force_login(self.people["officer_elsewhere"])
        listing = 0
        for table in registered():
            if OPEN[label(table)]["change"] == frozenset(HERE.split()):
                answer = client.get(url(table, "changelist"), {"q": self.account.number})
                self.assertNotContains(answer, self.account.holder_name)
                if "cl" in (answer.context or {}):
                    self.assertEqual(answer.context["cl"].result_count, 0, label(table))
                    listing += 1
        self.assertGreater(listing, 5)

    def test_is_nothing_to_a_customer(self):
        client = Client()
        client.force_login(a_user())
        for table in registered():
            for page in ("changelist", "change"):
                args = [first(table).pk] if page == "change" else []
                answer = client.get(url(table, page, *args))
                self.assertIn(answer.status_code, {302, 404}, (label(table), page))
                self.assertNotIn("/show/", answer.headers.get("Location", ""))
