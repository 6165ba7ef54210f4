"""What a program may not do: set what nobody offered, or ask more than a person could read."""

from django.core.cache import cache
from django.forms.models import model_to_dict
from django.test import TestCase
from django.urls import reverse
from rest_framework.test import APIClient

from billing.tests.factories import a_bill
from customers.models import Account, AccountLink, User
from customers.tests.factories import a_link, a_user

PER_MINUTE = 120
UNASKED = {
    "is_staff": True,
    "is_superuser": True,
    "is_active": False,
    "role": "holder",
    "rights": ["totals", "bills", "notices", "days", "change"],
    "state": "active",
    "proof": "agent",
    "user": 1,
    "user_id": 1,
    "account": 1,
    "account_id": 1,
    "customer_id": 1,
    "number": "PE99999999999",
    "holder_name": "Kẻ Trộm",
    "households": 9,
    "unit": 1,
    "verified": True,
    "verified_at": "2026-01-01T00:00:00Z",
    "phone": "+84900000000",
    "email": "trom@example.vn",
    "password": "x",
    "amount": 0,
    "total": 0,
    "net": 0,
    "vat": 0,
    "paid_at": "2026-01-01T00:00:00Z",
    "moved_in_on": "2020-01-01",
    "moved_out_on": None,
    "ends_at": None,
    "set_by": 1,
    "groups": [1],
    "permissions": ["*"],
}


class MassAssignmentTests(TestCase):
    def setUp(self) -> None:
        self.link = a_link()
        self.bill = a_bill(account=self.link.account)
        self.client = APIClient()
        self.client.force_authenticate(self.link.user)

    def facts(self) -> list[dict[str, object]]:
        """Everything of the person, the link, the account and its bill."""
        models = (User, AccountLink, Account, type(self.bill))
        return [model_to_dict(one) for model in models for one in model.objects.order_by("pk")]

    def test_changes_nothing_by_thirty_fields_that_nobody_asked_for(self) -> None:
        assert len(UNASKED) >= 30
        url = reverse("api:preferences", args=[self.link.account.number])
        asked = self.client.get(url).json()
        before = self.facts()
        answer = self.client.put(url, {**UNASKED, **asked}, format="json")
        assert answer.status_code == 200
        assert self.facts() == before
        assert set(answer.json()) == {"version", "choices"}

    def test_takes_no_fields_where_only_reading_is_offered(self) -> None:
        number = self.link.account.number
        before = self.facts()
        for name, args in (
            ("api:account", [number]),
            ("api:bills", [number]),
            ("api:bill", [number, self.bill.month]),
            ("api:days", [number]),
        ):
            for method in (self.client.post, self.client.put, self.client.patch):
                with self.subTest(name, method=method.__name__):
                    answer = method(reverse(name, args=args), UNASKED, format="json")
                    assert answer.status_code == 405
        assert self.facts() == before

    def test_answers_with_the_listed_fields_alone(self) -> None:
        found = self.client.get(reverse("api:account", args=[self.link.account.number])).json()
        listed = "number name address ward group households reading_day role rights"
        assert set(found) == set(listed.split())


class TooManyRequestsTests(TestCase):
    def setUp(self) -> None:
        cache.clear()
        self.addCleanup(cache.clear)

    def asks(self, user: User, times: int) -> list[int]:
        client = APIClient()
        client.force_authenticate(user)
        return [client.get(reverse("api:accounts")).status_code for _ in range(times)]

    def test_are_refused_beyond_what_a_person_could_read(self) -> None:
        eager = a_link().user
        assert self.asks(eager, PER_MINUTE + 1) == [200] * PER_MINUTE + [429]
        assert self.asks(a_user(), 1) == [200]
