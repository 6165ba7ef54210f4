"""Agreements of a file as people see them: enough to decide on each, and no more."""

from unittest import mock

from django.urls import reverse
from django.utils import timezone

from customers.models import Account, Arrangement
from customers.services.loads import shown
from customers.tests.factories import an_account
from portal.lib.secret_numbers import HIDDEN
from portal.site import load_changes

from .test_loads_arrangements import BANK, PHONE, Agreements, a_row


class SecondPersonTests(Agreements):
    def test_see_each_agreement_before_they_decide_and_no_bank_account(self) -> None:
        load = self.apply(
            self.see(
                a_row("TRICH NO", self.account),
                a_row("NGUOI THAN", an_account(), relation="CON", reference="77/UQ"),
            )
        )
        self.assertFalse(Arrangement.objects.exists())
        self.client.force_login(self.other)
        page = self.client.get(reverse("admin:customers_load_change", args=[load.pk]))
        self.assertTrue(page.context["may"]["release"])
        told = {(one.row, one.what, one.field): one.after for one in page.context["changes"]}
        mine = (self.account.number, "trích nợ tự động")
        self.assertEqual(told[(*mine, "ngân hàng")], "Vietcombank")
        self.assertEqual(told[(*mine, "ngày ký văn bản")], "03/02/2025")
        self.assertIn("77/UQ", told.values())
        self.assertIn("Con", told.values())
        self.assertIn(f"{HIDDEN}{BANK[-4:]}", told.values())
        self.assertIn(f"••••{PHONE[-4:]}", told.values())
        load.refresh_from_db()
        for hidden in (BANK, BANK[-5:], "NGUYEN THI HANH", "Nguyễn Văn Bình", PHONE[-9:]):
            self.assertNotContains(page, hidden)
            self.assertNotIn(hidden, str(load.report["to_decide_on"]))

    def test_see_no_agreement_of_a_customer_whom_they_may_not_open(self) -> None:
        load = self.apply(self.see(a_row("TRICH NO", self.account)))
        self.client.force_login(self.other)
        nobodys = Account.objects.none()
        with mock.patch.object(type(nobodys), "visible_to", return_value=nobodys):
            (change,) = load_changes.shown(
                load_changes.page(load, 1), load=load, to=self.other, at=timezone.now()
            )
        self.assertEqual({change.what, change.field, change.before, change.after}, {HIDDEN})

    def test_see_how_many_are_not_listed(self) -> None:
        with mock.patch.object(shown, "MOST_TO_DECIDE_ON", 1):
            load = self.apply(self.see(*(a_row("TRICH NO", an_account()) for _n in range(9))))
        self.client.force_login(self.other)
        page = self.client.get(reverse("admin:customers_load_change", args=[load.pk]))
        self.assertContains(page, "8 dòng nữa nằm trong tệp")


class FirstPersonTests(Agreements):
    def test_are_not_shown_the_first_rows_which_hold_bank_accounts(self) -> None:
        load = self.see(a_row("TRICH NO", self.account))
        self.client.force_login(self.operator)
        page = self.client.get(reverse("admin:customers_load_change", args=[load.pk]))
        self.assertEqual((load.good, page.context["first_rows"]), (1, None))
