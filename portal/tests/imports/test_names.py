"""Names and addresses: what people are called is taken, what is no name is not."""

import unicodedata
from datetime import date

from django.test import Client
from django.urls import reverse

from customers.models import Account
from customers.tests.factories import a_member
from portal.lib.text import escape_formula, fold

from .bad import Bad, as_csv, as_xlsx, customers
from .listed import bad_file

NAME = "Tên khách hàng"


class NameTests(Bad):
    def load(self, *names: str, column: str = NAME) -> object:
        return self.through("accounts", as_xlsx(customers(*({column: name} for name in names))))

    def names(self) -> list[str]:
        return list(Account.objects.order_by("number").values_list("holder_name", flat=True))

    @bad_file("name-01")
    def test_is_composed(self) -> None:
        decomposed = unicodedata.normalize("NFD", "Nguyễn Thị Hoà")
        load = self.load("Nguyễn Thị Hoà", decomposed, unicodedata.normalize("NFD", "ề" * 150))
        self.assertEqual(load.refused, 0)
        self.assertEqual(self.names(), ["Nguyễn Thị Hoà"] * 2 + ["ề" * 150])
        self.assertIn("composed", self.remarks(load)[3])

    @bad_file("name-02")
    def test_is_found_wherever_its_tone_stands(self) -> None:
        self.load("Lê Hoà", "Lê Hòa", "Lê Thuý", "Lê Thúy")
        found = Account.objects.filter(search_text__contains=fold("Hòa"))
        self.assertEqual(found.count(), 2)
        self.assertEqual(fold("Thuý"), fold("Thúy"))

    @bad_file("name-03", "name-10")
    def test_is_taken_as_people_bear_it(self) -> None:
        names = [
            "H’Hen Niê", "Y Bhăm Êban", "O’Neill", "Nguyễn", "A", "Công ty TNHH MTV 3-2",
            "Lê 👨‍👩‍👧 An", "Lê 𠀀 An",
        ]  # fmt: skip
        load = self.load(*names)
        self.assertEqual((load.refused, self.names()), (0, names))

    @bad_file("name-04")
    def test_that_is_too_long_is_refused_and_not_cut(self) -> None:
        load = self.load("x" * 400)
        self.assert_rows_refused(load, NAME, ("x", "400 characters; at most 150"))

    @bad_file("name-05")
    def test_loses_what_nobody_sees_and_says_so(self) -> None:
        load = self.load("Lê\u200b An\ufeff", "\u2060Lê \u200dAn\u200c")
        self.assertEqual(self.names(), ["Lê An"] * 2)
        self.assertEqual(set(self.remarks(load)), {2, 3})

    @bad_file("name-06")
    def test_with_marks_piled_up_is_refused(self) -> None:
        load = self.load("a" + "\u0301" * 200)
        self.assert_rows_refused(load, NAME, ("a", "three marks"))

    @bad_file("name-07")
    def test_that_is_code_is_text_wherever_it_is_shown(self) -> None:
        codes = [
            "<script>alert(1)</script>", '"><svg onload=alert(1)>', "a{{7*7}}", "{% debug %}",
            "a${7*7}", "a#{7*7}",
        ]  # fmt: skip
        load = self.load(*codes)
        self.assertEqual((load.refused, self.names()), (0, codes))
        client = Client()
        client.force_login(a_member("supervisor"))
        pages = [reverse("admin:customers_load_change", args=[load.pk])]
        pages += [
            reverse("admin:customers_account_change", args=[pk])
            for pk in Account.objects.values_list("pk", flat=True)
        ]
        for url in pages:
            shown = client.get(url, follow=True).content.decode()
            self.assertNotIn("<script>alert", shown)
            self.assertNotIn("<svg onload", shown)

    @bad_file("name-08")
    def test_that_begins_like_a_formula_is_text_and_leaves_with_an_apostrophe(self) -> None:
        formulas = [
            '=HYPERLINK("evil"&A1)', "=cmd|'/c calc'!A0", "@SUM(a1)", "+a+1", "-b+3",
            "＝a", "＋a", "－a", "＠a",
        ]  # fmt: skip
        load = self.through(
            "accounts", as_csv(customers(*({NAME: f} for f in formulas)), mark="\t")
        )
        self.assertEqual((load.refused, self.names()), (0, formulas))
        for formula in [*formulas, "\t=1", "\r=1"]:
            self.assertTrue(str(escape_formula(formula)).startswith("'"), formula)

    @bad_file("name-09")
    def test_with_a_link_or_a_phone_is_refused_and_tells_nobody(self) -> None:
        names = (
            "Gọi 1900xxxx nhận quà http://bit.ly/x", "Gọi 1900xxxx nhận quà",
            "Lê An 0903.123.456", "An +84 903 123 456",
        )  # fmt: skip
        load = self.load(*names)
        words = ("link", "phone number", "phone number", "phone number")
        self.assert_rows_refused(load, NAME, *zip(names, words, strict=True))
        self.assertFalse(Account.objects.exists())
        self.assert_told_nobody()


class AddressTests(Bad):
    @bad_file("address-01")
    def test_is_kept_as_it_is_written(self) -> None:
        written = ["12/5A Lê Lợi, P. Bến Nghé, Q.1, TP.HCM", "phường Sài Gòn, TP Hồ Chí Minh"]
        load = self.through("accounts", as_xlsx(customers(*({"Địa chỉ": a} for a in written))))
        self.assertEqual(load.refused, 0)
        found = Account.objects.order_by("number").values_list("address", flat=True)
        self.assertEqual(list(found), written)

    @bad_file("address-02")
    def test_that_became_a_date_is_refused(self) -> None:
        dates = (date(2026, 5, 12), "2026-05-12", "1-Mar")
        load = self.through("accounts", as_xlsx(customers(*({"Địa chỉ": d} for d in dates))))
        self.assert_rows_refused(load, "Địa chỉ sử dụng điện", *[("x", "date")] * 3)
