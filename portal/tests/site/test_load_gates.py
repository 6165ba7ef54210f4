"""What decides whether one person's yes is enough: nobody passes it by a detour."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from customers.models import Account, Load, User
from customers.services import loads
from customers.services.loads import files
from customers.tests.factories import a_unit
from portal.site.imports import RESOURCES
from portal.tests.site.test_loads import Loading, account_row, accounts

KNOWN = range(9_000_000, 9_000_030)


def rows(*, name: str = "Lê An", **more: Any) -> bytes:
    return accounts(*(account_row(f"PE0401{n:07}", f"S{n:06}", name=name, **more) for n in KNOWN))


class Gates(Loading):
    """Thirty accounts are known; a file would rename them all."""

    def setUp(self) -> None:
        super().setUp()
        a_unit(code="PE01")
        self.known = self.apply(self.preview("accounts", rows()))
        self.assertEqual(self.known.state, "done")

    def act(self, load: Load, verb: str, *, by: User | None = None, **data: str) -> Any:
        self.client.force_login(by or self.operator)
        url = reverse("admin:customers_load_act", args=[load.pk, verb])
        return self.client.post(url, data, follow=True)

    def renamed(self) -> int:
        return Account.objects.filter(holder_name="Tên Khác").count()

    def stale(self, load: Load) -> None:
        """A day passes."""
        at = timezone.now() - timedelta(hours=25)
        Load.objects.filter(pk=load.pk).update(previewed_at=at)


class CheckAgainTests(Gates):
    def test_counts_anew_and_asks_the_second_person_as_before(self) -> None:
        load = self.preview("accounts", rows(name="Tên Khác"))
        first = (load.created, load.updated, load.unchanged, load.report["doubts"])
        for _time in range(3):
            self.stale(load)
            self.act(load, "check")
            load = self.work(load)
        self.assertEqual((load.created, load.updated, load.unchanged, load.report["doubts"]), first)
        self.act(load, "confirm")
        self.assertEqual((self.work(load).state, self.renamed()), ("waiting", 0))

    def test_is_refused_while_the_check_holds(self) -> None:
        load = self.preview("accounts", rows(name="Tên Khác"))
        builds_on = RESOURCES["accounts"].builds_on
        with self.assertRaises(loads.NotNow):
            loads.check_again(load=load, builds_on=builds_on, at=timezone.now())

    def test_loads_no_file_from_the_folder_with_nobodys_yes(self) -> None:
        kept = files.keep([rows(name="Tên Khác")])
        load, _new = loads.take(
            kind="accounts", name="x.csv", kept=kept, source="inbox", at=timezone.now()
        )
        load = self.work(load)
        for _time in range(20):
            self.stale(load)
            self.act(load, "check")
            load = self.work(load)
        self.assertEqual((load.state, self.renamed()), ("previewed", 0))
