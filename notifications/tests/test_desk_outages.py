"""Recording outages at the desk, and what it shows of them."""

from datetime import timedelta

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import User
from customers.tests.factories import a_link, a_member, a_unit, an_account
from notifications.models import Outage
from notifications.tests.factories import an_outage

HOUR = timedelta(hours=1)
REPORT = reverse("admin:notifications_outage_report")


def written(at: timezone.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


class DeskTests(TestCase):
    def setUp(self) -> None:
        self.now = timezone.now()
        self.unit = a_unit()
        self.officer = a_member("officer", unit=self.unit)

    def answers(self, **fields: object) -> dict[str, object]:
        given = {
            "unit": self.unit.pk,
            "area": "Phường Bến Thành: Lê Lợi, Hàm Nghi",
            "starts_at": written(self.now - HOUR),
            "ends_at": written(self.now + HOUR),
            "reason": "Cây ngã vào đường dây",
        }
        return given | fields

    def post(self, url: str, data: dict[str, object], *, by: User) -> object:
        self.client.force_login(by)
        return self.client.post(url, data, follow=True)


class ReportTests(DeskTests):
    def test_shows_the_count_of_each_place_before_anything_is_saved(self) -> None:
        an_account()
        an_account(address="3 Hàm Nghi")
        page = self.post(REPORT, self.answers(), by=self.officer)
        count = page.context["count"]
        assert (count.accounts, [p.accounts for p in count.places]) == (2, [1, 1])
        assert not Outage.objects.exists()
        self.post(REPORT, self.answers(seen=2), by=self.officer)
        outage = Outage.objects.get()
        assert (outage.planned, outage.matched, outage.unit) == (False, 2, self.unit)
        assert outage.announcements.get().made_by == self.officer

    def test_saves_no_place_where_nobody_stands(self) -> None:
        an_account()
        page = self.post(REPORT, self.answers(seen=1), by=self.officer)
        assert "Hàm Nghi" in page.context["form"].errors["area"][0]
        assert [p.accounts for p in page.context["count"].places] == [1, 0]
        self.assertNotContains(page, 'name="seen"')
        assert not Outage.objects.exists()

    def test_shows_it_again_where_it_has_changed_meanwhile(self) -> None:
        page = self.post(REPORT, self.answers(seen=1), by=self.officer)
        assert page.context["count"].accounts == 0
        assert not Outage.objects.exists()

    def test_takes_only_ones_own_company_of_an_officer(self) -> None:
        other = a_unit(code="PE77")
        for address in ("1 Lê Lợi", "3 Hàm Nghi"):
            an_account(unit=other, address=address)
        for by, saved in ((self.officer, 0), (a_member("agent"), 1)):
            self.post(REPORT, self.answers(unit=other.pk, seen=2), by=by)
            assert Outage.objects.count() == saved

    def test_says_what_is_wrong(self) -> None:
        wrong = {"ends_at": written(self.now - 2 * HOUR), "area": " ; "}
        page = self.post(REPORT, self.answers(**wrong), by=self.officer)
        assert set(page.context["form"].errors) == {"ends_at", "area"}

    def test_takes_no_reason_of_ones_own_and_no_link_or_number(self) -> None:
        wrong = {"reason": "Xem evn-hcm.top/x", "area": "Phường Bến Thành: Lê Lợi 0909 123 456"}
        page = self.post(REPORT, self.answers(**wrong, seen=0), by=self.officer)
        assert set(page.context["form"].errors) == {"reason", "area"}
        self.assertContains(page, "trông giống đường dẫn hoặc số điện thoại")
        assert not Outage.objects.exists()

    def test_is_shut_to_who_may_not_record(self) -> None:
        for by in (a_member("auditor"), a_member("operator")):
            assert self.post(REPORT, self.answers(), by=by).status_code == 403
        stranger = a_link(account=an_account()).user
        self.client.force_login(stranger)
        assert self.client.get(REPORT, follow=True).status_code == 404
        assert not Outage.objects.exists()


class NewsTests(DeskTests):
    def setUp(self) -> None:
        super().setUp()
        self.outage = an_outage(
            unit=self.unit, planned=False, starts_at=self.now - HOUR, ends_at=self.now + HOUR
        )

    def record(self, news: str, at: timezone.datetime | None = None, *, by: User) -> object:
        url = reverse("admin:notifications_outage_record", args=[self.outage.pk, news])
        return self.post(url, {f"{news}-at": written(at)} if at else {}, by=by)

    def last(self) -> str:
        return self.outage.announcements.order_by("revision").last().what

    def test_takes_the_end(self) -> None:
        self.record("end", self.now - HOUR / 2, by=self.officer)
        assert self.last() == "ended"
        page = self.record("end", self.now - HOUR / 2, by=self.officer)
        assert self.outage.announcements.count() == 2
        assert page.context["forms"] == {}

    def test_takes_another_time(self) -> None:
        self.record("postpone", self.now + 3 * HOUR, by=self.officer)
        assert self.last() == "changed"

    def test_withdraws(self) -> None:
        self.record("withdraw", by=self.officer)
        assert self.last() == "withdrawn"

    def test_takes_nothing_of_an_officer_elsewhere_or_of_who_may_only_read(self) -> None:
        elsewhere = a_member("officer", unit=a_unit(code="PE77"))
        for by in (elsewhere, a_member("auditor"), a_link(account=an_account()).user):
            assert self.record("withdraw", by=by).status_code == 404
        assert self.last() == "announced"

    def test_shows_what_was_told_and_that_it_was_late(self) -> None:
        planned = an_outage(starts_at=self.outage.learned_at + HOUR * 30)
        self.client.force_login(a_member("auditor"))
        page = self.client.get(
            reverse("admin:notifications_outage_show", args=[planned.pk]), headers={}
        )
        assert [one.what for one in page.context["told"]]
        assert page.context["late"]
        assert page.context["forms"] == {}

    def test_lists_those_that_fit_nobody(self) -> None:
        self.client.force_login(self.officer)
        url = reverse("admin:notifications_outage_changelist")
        page = self.client.get(url, {"matched": "none"})
        assert [row.pk for row in page.context["cl"].queryset] == [self.outage.pk]
