"""The staff's list of requests about one's own data."""

from datetime import timedelta

from django.test import Client, TestCase
from django.utils import timezone

from customers.models import DataRequest, Look, User
from customers.services import requests
from customers.tests.factories import a_link, a_member, a_unit, a_user, an_account, opened
from customers.tests.pages import in_english

LIST = "/desk/customers/datarequest/"


def desk(role: str, **fields) -> tuple[Client, User]:
    user = a_member(role, **fields)
    client = Client()
    client.force_login(user)
    in_english(client)
    return client, user


def asked(days_ago: int = 0, **fields) -> DataRequest:
    at = timezone.now() - timedelta(days=days_ago)
    link = a_link(**fields)
    return requests.ask(
        user=link.user, account=link.account, kind="correction", said="Sai tên", at=at
    )


class ListTests(TestCase):
    def test_marks_what_is_late_and_finds_it(self):
        late, fresh = asked(days_ago=30), asked()
        client, _supervisor = desk("supervisor")

        page = client.get(f"{LIST}?open=late")

        self.assertContains(page, late.account.number)
        self.assertNotContains(page, fresh.account.number)
        self.assertContains(page, 'class="field-is_late">late</td>')
        self.assertContains(client.get("/desk/"), f"{LIST}?open=late")

    def test_of_an_officer_holds_the_own_company_alone(self):
        mine = asked(account=an_account(unit=a_unit(code="PE01")))
        others = asked(account=an_account(unit=a_unit(code="PE02")))
        client, _officer = desk("officer", unit=a_unit(code="PE01"))

        page = client.get(LIST)

        self.assertContains(page, mine.account.number)
        self.assertNotContains(page, others.account.number)

    def test_is_not_for_customers_or_for_operators_of_data(self):
        one = asked()
        client = Client()
        client.force_login(one.user)
        self.assertEqual(client.get(LIST).status_code, 302)
        self.assertEqual(desk("operator")[0].get(LIST).status_code, 403)

    def test_is_no_oracle_on_what_people_wrote(self):
        asked()
        client, _supervisor = desk("supervisor")
        for lookup in ("said__startswith=Sai", "user__email__contains=a", "answer__gt=a"):
            answer = client.get(f"{LIST}?{lookup}")
            self.assertNotEqual(answer.status_code, 200)


class OpenTests(TestCase):
    def test_about_an_account_asks_why_and_is_written_down(self):
        one = asked()
        client, agent = desk("agent")
        page = f"{LIST}{one.pk}/change/"

        self.assertNotContains(client.get(page), "Sai tên")
        opened(one.account, by=agent)
        self.assertContains(client.get(page), "Sai tên")

        self.assertTrue(Look.objects.filter(user=agent, page=f"datarequest {one.pk}").exists())

    def test_of_a_login_without_an_account_asks_why_and_is_written_down(self):
        person = a_user()
        one = requests.ask(user=person, kind="erasure", said="Xóa hết", at=timezone.now())
        client, supervisor = desk("supervisor")
        page = f"{LIST}{one.pk}/change/"
        opening = f"{LIST}login/{person.pk}/open/"

        for closed in (page, f"{LIST}{one.pk}/history/"):
            self.assertContains(client.get(closed), opening)
        client.post(page, {"step": "done", "answer": "Đã xóa."})
        self.assertNotContains(client.get(page), "Xóa hết")
        self.assertFalse(Look.objects.exists())
        one.refresh_from_db()
        self.assertEqual(one.state, "received")

        given = {"reason": "case", "reference": "YC-1", "next": page}
        self.assertRedirects(client.post(opening, given), page)
        self.assertContains(client.get(page), "Xóa hết")
        found = Look.objects.filter(user=supervisor, about=person, account=None, reference="YC-1")
        self.assertEqual(found.filter(page=f"datarequest {one.pk}").count(), 1)
        own = Client()
        own.force_login(person)
        in_english(own)
        self.assertContains(own.get("/me/looks/"), "a request about data")
        self.assertContains(desk("auditor")[0].get("/desk/customers/look/"), f"#{person.pk}")

    def test_of_a_login_is_nobodys_to_open_who_may_not_read_it(self):
        person, stranger = a_user(), a_user()
        requests.ask(user=person, kind="erasure", said="Xóa hết", at=timezone.now())
        given = {"reason": "case", "reference": "YC-1"}
        officer, _officer = desk("officer", unit=a_unit(code="PE01"))
        for client, user in ((officer, person), (desk("operator")[0], person),
                             (desk("supervisor")[0], stranger)):  # fmt: skip
            answer = client.post(f"{LIST}login/{user.pk}/open/", given)
            self.assertEqual(answer.status_code, 404)
        self.assertFalse(Look.objects.exists())

    def test_without_a_reason_cannot_be_answered(self):
        one = asked()
        client, _supervisor = desk("supervisor")

        client.post(f"{LIST}{one.pk}/change/", {"step": "done", "answer": "Đã sửa."})

        one.refresh_from_db()
        self.assertEqual(one.state, "received")


class AnswerTests(TestCase):
    def test_by_a_supervisor_is_what_the_person_reads(self):
        one = asked()
        client, supervisor = desk("supervisor")
        opened(one.account, by=supervisor)

        client.post(f"{LIST}{one.pk}/change/", {"step": "done", "answer": "Đã sửa."})

        one.refresh_from_db()
        self.assertEqual((one.state, one.answered_by), ("done", supervisor))
        person = Client()
        person.force_login(one.user)
        self.assertContains(person.get(f"/me/requests/{one.pk}/"), "Đã sửa.")

    def test_as_refused_without_words_is_asked_again(self):
        one = asked()
        client, supervisor = desk("supervisor")
        opened(one.account, by=supervisor)

        page = client.post(f"{LIST}{one.pk}/change/", {"step": "refused", "answer": ""})

        self.assertContains(page, "A refusal has to say why")
        one.refresh_from_db()
        self.assertEqual(one.state, "received")

    def test_by_an_agent_is_refused(self):
        one = asked()
        client, agent = desk("agent")
        opened(one.account, by=agent)

        self.assertEqual(client.get(f"{LIST}{one.pk}/change/").status_code, 200)
        client.post(f"{LIST}{one.pk}/change/", {"step": "done", "answer": "x"})

        one.refresh_from_db()
        self.assertEqual(one.state, "received")

    def test_changes_nothing_else_whatever_is_posted(self):
        one = asked()
        client, supervisor = desk("supervisor")
        opened(one.account, by=supervisor)

        client.post(
            f"{LIST}{one.pk}/change/",
            {"step": "confirm", "said": "x", "due_on": "2030-01-01", "user": a_user().pk,
             "state": "done", "kind": "erasure"},
        )  # fmt: skip

        before, one = one, DataRequest.objects.get()
        self.assertEqual(one.state, "confirmed")
        for name in ("said", "due_on", "user_id", "kind", "answered_at"):
            self.assertEqual(getattr(one, name), getattr(before, name))


class RecordTests(TestCase):
    def test_by_an_agent_names_who_wrote_it_down(self):
        account = an_account()
        client, agent = desk("agent")

        client.post(
            f"{LIST}add/",
            {"number": account.number.lower(), "kind": "access", "via": "call", "said": ""},
        )

        one = DataRequest.objects.get()
        self.assertEqual((one.account, one.recorded_by, one.via), (account, agent, "call"))

    def test_is_for_accounts_that_one_sees(self):
        account = an_account(unit=a_unit(code="PE02"))
        client, _officer = desk("officer", unit=a_unit(code="PE01"))

        page = client.post(
            f"{LIST}add/", {"number": account.number, "kind": "access", "via": "call", "said": ""}
        )

        self.assertContains(page, "There is no such customer code")
        self.assertEqual(DataRequest.objects.count(), 0)
