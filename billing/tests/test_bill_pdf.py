"""The PDF of a bill: the same words as its page, readable by machines, for the same people."""

import re
import zlib

from django.test import TestCase
from django.urls import reverse
from django.utils import translation

from billing import bill_pdf, bill_words, queries
from billing.models import Bill
from billing.tests.factories import OCTOBER, a_bill
from customers.models import AccountLink
from customers.tests.factories import a_link, a_user, an_account


def words_of(bill: Bill, language: str = "vi") -> dict[str, object]:
    """All that stands in the document."""
    found = Bill.objects.with_bank().select_related("account__unit").get(pk=bill.pk)
    with translation.override(language):
        return bill_words.document(queries.bill_sheet(found), by_bank=False, today=OCTOBER)


class DocumentTests(TestCase):
    def setUp(self) -> None:
        self.bill = a_bill(net=499_660, total=539_633)

    def test_is_tagged_and_says_that_it_keeps_to_pdf_ua(self) -> None:
        pdf = bill_pdf.made(words_of(self.bill))
        self.assertTrue(pdf.startswith(b"%PDF-1."))
        for mark in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"pdfuaid:part"):
            self.assertIn(mark, unpacked(pdf))

    def test_has_a_table_with_headings_that_a_reader_announces(self) -> None:
        pdf = unpacked(bill_pdf.made(words_of(self.bill)))
        for tag in (b"/Table", b"/TH", b"/TD", b"/H1", b"/H2"):
            self.assertIn(tag, pdf)

    def test_is_the_same_for_the_same_bill(self) -> None:
        words = words_of(self.bill)
        self.assertEqual(bill_pdf.made(words), bill_pdf.made(words))

    def test_speaks_the_reader_s_language(self) -> None:
        self.assertEqual(words_of(self.bill, "en")["title"], "Bill of 10/2026")
        self.assertEqual(words_of(self.bill)["lang"], "vi")

    def test_adds_up_to_the_total_of_the_bill(self) -> None:
        sums = words_of(self.bill)["sums"]
        self.assertEqual(
            [re.sub(r"\D", "", one["value"]) for one in sums], ["499660", "39973", "539633"]
        )

    def test_keeps_what_a_name_says_as_text(self) -> None:
        account = an_account(holder_name='#panic("x") *A* <b> $x$')
        bill = a_bill(account=account)
        self.assertIn(b"/StructTreeRoot", unpacked(bill_pdf.made(words_of(bill))))


class PageTests(TestCase):
    def setUp(self) -> None:
        self.bill = a_bill()
        self.url = reverse("bill_pdf", args=[self.bill.account.number, self.bill.month])

    def test_hands_out_the_file_under_a_name_that_says_what_it_is(self) -> None:
        self.client.force_login(a_link(account=self.bill.account).user)
        answer = self.client.get(self.url)
        self.assertEqual((answer.status_code, answer["Content-Type"]), (200, "application/pdf"))
        name = f"tien-dien-{self.bill.account.number}-2026-10.pdf"
        self.assertIn(name, answer["Content-Disposition"])

    def test_is_none_of_a_stranger_s_business_nor_of_one_who_sees_totals(self) -> None:
        viewer = a_link(account=self.bill.account, role=AccountLink.Role.VIEWER).user
        for user in (a_user(), viewer):
            self.client.force_login(user)
            self.assertEqual(self.client.get(self.url).status_code, 404)


def unpacked(pdf: bytes) -> bytes:
    """The file with its compressed parts beside it, to look into."""
    parts = [pdf]
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    return b"\n".join(parts)
