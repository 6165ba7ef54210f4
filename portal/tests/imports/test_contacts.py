"""Phones and e-mail addresses: what reaches nobody is no contact, and a file confirms nothing."""

from django.utils import timezone

from customers.models import Account, ContactPoint
from customers.tests.factories import a_contact, an_account

from .bad import Bad, as_xlsx, customers
from .listed import bad_file

PHONE, EMAIL = "Điện thoại", "Email"


class Contacts(Bad):
    def load(self, column: str, *values: object) -> object:
        return self.through("accounts", as_xlsx(customers(*({column: v} for v in values))))

    def found(self) -> list[str]:
        points = ContactPoint.objects.order_by("account__number")
        return list(points.values_list("value", flat=True))


class PhoneTests(Contacts):
    @bad_file("phone-01")
    def test_is_one_number_however_it_is_written(self) -> None:
        load = self.load(
            PHONE, "0903123456", "+84903123456", "84903123456", "0084903123456", "0903.123.456",
            "0903-123-456", "+84 (0)903 123 456",
        )  # fmt: skip
        self.assertEqual((load.refused, self.found()), (0, ["+84903123456"] * 7))

    @bad_file("phone-02")
    def test_gets_its_zero_back(self) -> None:
        load = self.load(PHONE, "903123456", 903123456, 903123456.0)
        self.assertEqual((load.refused, self.found()), (0, ["+84903123456"] * 3))
        self.assertEqual(set(self.remarks(load)), {2, 3, 4})

    @bad_file("phone-03")
    def test_of_eleven_digits_is_converted_and_says_so(self) -> None:
        table = {
            "0120": "70", "0121": "79", "0122": "77", "0126": "76", "0128": "78", "0123": "83",
            "0124": "84", "0125": "85", "0127": "81", "0129": "82", "0162": "32", "0163": "33",
            "0164": "34", "0165": "35", "0166": "36", "0167": "37", "0168": "38", "0169": "39",
            "0186": "56", "0188": "58", "0199": "59",
        }  # fmt: skip
        load = self.load(PHONE, *(f"{old}2345678" for old in table))
        self.assertEqual(self.found(), [f"+84{new}2345678" for new in table.values()])
        self.assertTrue(all("2018" in said for said in self.remarks(load).values()))
        self.assertEqual(len(self.remarks(load)), len(table))

    @bad_file("phone-04")
    def test_in_no_range_is_left_out_and_the_customer_taken(self) -> None:
        load = self.load(PHONE, "0111234567", "01301234567", "0600123456", "09031234567")
        self.assertEqual((load.refused, load.created, self.found()), (0, 4, []))
        self.assertTrue(all("left out" in said for said in self.remarks(load).values()))

    @bad_file("phone-05")
    def test_of_a_service_refuses_the_row(self) -> None:
        special = ("19001006", "18001234", "113", "114", "115", "1080", "8088")
        load = self.load(PHONE, *special)
        self.assert_rows_refused(load, PHONE, *((number, "special") for number in special))
        self.assertEqual(self.found(), [])

    @bad_file("phone-06")
    def test_from_abroad_refuses_the_row(self) -> None:
        foreign = ("+1 202 555 0143", "+882123456789", "+979123456789", "+870123456789")
        load = self.load(PHONE, *foreign)
        self.assert_rows_refused(load, PHONE, *((number, "foreign") for number in foreign))

    @bad_file("phone-07")
    def test_with_letters_refuses_the_row(self) -> None:
        load = self.load(PHONE, "O903123456", "l903123456")
        self.assert_rows_refused(load, PHONE, ("O", "letters"), ("l", "letters"))

    @bad_file("phone-08")
    def test_in_other_digits_is_the_same_number_or_none(self) -> None:
        self.load(PHONE, "０９０３１２３４５６", "٠٩٠٣١٢٣٤٥٦", "0903123456")
        self.assertEqual(set(self.found()), {"+84903123456"})

    @bad_file("phone-09")
    def test_that_another_has_confirmed_stays_theirs(self) -> None:
        theirs = a_contact(
            account=an_account(), value="+84903123456", source="code",
            verified_at=timezone.now(),
        )  # fmt: skip
        self.load(PHONE, "0903123456")
        theirs.refresh_from_db()
        self.assertIsNotNone(theirs.verified_at)
        self.assertIsNone(theirs.suspended_at)
        ours = ContactPoint.objects.get(account__number="PE01000000001")
        self.assertIsNone(ours.verified_at)


class EmailTests(Contacts):
    @bad_file("email-01")
    def test_is_put_right_or_refused_and_holds_no_line_break(self) -> None:
        wrong = (
            "a@b", "a@b..vn", "a b@c.vn", "a@c.vn;b@c.vn", "mailto:a@c.vn", "a@c.vn\nBcc: x@y.z",
        )  # fmt: skip
        load = self.load(EMAIL, *wrong, "A@B.VN ")
        refused = self.refusals(load)
        self.assertEqual(set(refused), set(range(2, 8)))
        self.assertTrue(all("not one e-mail" in why for _c, _v, why in refused.values()))
        self.assertEqual(self.found(), ["a@b.vn"])

    @bad_file("email-02")
    def test_that_only_fills_the_field_refuses_the_row_a_slip_waits(self) -> None:
        nothing = ("khongco@gmail.com", "test@test.com")
        load = self.load(EMAIL, *nothing, "a@gmail.con", "x@yahoo.com.vm")
        self.assert_rows_refused(load, EMAIL, *((one, "stands for") for one in nothing))
        self.assertTrue(all("looks mistyped" in said for said in self.remarks(load).values()))
        self.assertEqual(Account.objects.count(), 2)
        rows = customers({}, {}, {EMAIL: "a@gmail.con"}, {EMAIL: "b@gmail.com"})[2:]
        for _time in range(2):
            self.through("accounts", as_xlsx(rows), again=True)
            usable = ContactPoint.objects.usable().filter(kind="email")
            self.assertEqual([contact.value for contact in usable], ["b@gmail.com"])
        slips = ContactPoint.objects.filter(suspended_why="mistyped")
        self.assertEqual(slips.count(), 2)
