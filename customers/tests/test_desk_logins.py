"""Logins, links and looks at the desk: who may touch them, and what cannot be asked of them."""

from datetime import timedelta
from typing import Any

from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import AccountLink, Look, Protection, StaffRole, User
from customers.services import logins
from customers.tests.factories import (
    NOON,
    a_link,
    a_look,
    a_member,
    a_superuser,
    a_unit,
    a_user,
    an_account,
    opened_login,
    prove,
)
from notifications.models import DirectMessage
from portal.sign_in import recovery

USERS = reverse("admin:customers_user_changelist")
ADD_USER = reverse("admin:customers_user_add")
LINKS = reverse("admin:customers_accountlink_changelist")
LOOKS = reverse("admin:customers_look_changelist")
UNITS = reverse("admin:customers_operatingunit_changelist")


def change(user: User) -> str:
    return reverse("admin:customers_user_change", args=[user.pk])


class LoginTests(TestCase):
    def setUp(self) -> None:
        self.boss = a_superuser()
        self.client.force_login(self.boss)

    def post(self, url: str = ADD_USER, **fields: object) -> object:
        values = {
            "email": "Minh@Example.VN",
            "phone": "",
            "name": "Trần Văn Minh",
            "is_active": "on",
            "is_staff": "on",
            "groups": [Group.objects.get(name=StaffRole.AGENT).pk],
            "unit": "",
        }
        return self.client.post(url, values | fields)

    def test_makes_a_login_that_has_no_password_yet(self):
        self.post(phone="0903 123 456")
        user = User.objects.get(email="minh@example.vn")
        self.assertEqual(user.phone, "+84903123456")
        self.assertFalse(user.has_usable_password())
        self.assertTrue(user.has_perm("customers.add_arrangement"))
        self.assertFalse(user.is_superuser)

    def test_takes_no_sign_that_nobody_sees_in_a_name(self):
        self.post(name="  Trần\u202e Văn\u200b  Minh\ufeff ")
        self.assertEqual(User.objects.get(email="minh@example.vn").name, "Trần Văn Minh")

    def test_refuses_what_would_not_hold(self):
        officer = [Group.objects.get(name=StaffRole.OFFICER).pk]
        wrong = [
            ("email", {"email": ""}),
            ("phone", {"phone": "0903"}),
            ("unit", {"groups": officer}),
            ("groups", {"is_staff": ""}),
        ]
        for field, fields in wrong:
            with self.subTest(fields):
                response = self.post(**fields)
                self.assertIn(field, response.context["adminform"].form.errors)

    def test_refuses_a_second_login_of_one_person_of_staff(self):
        a_user(email="minh.tran@gmail.com", is_staff=True, is_active=False)
        a_user(email="lan@dienluc.vn", is_staff=True)
        a_user(email="hoa@dienluc.vn")
        for same in ("lan+2@dienluc.vn", "Lan+x+y@DienLuc.vn", "minhtran+a@googlemail.com"):
            with self.subTest(same):
                response = self.post(email=same)
                self.assertIn("email", response.context["adminform"].form.errors)
        for another in ("l.an@dienluc.vn", "hoa+2@dienluc.vn"):
            self.post(email=another)
            self.assertTrue(User.objects.filter(email=another, is_staff=True).exists(), another)
        self.post(email="lan+kh@dienluc.vn", is_staff="", groups=[])
        self.assertTrue(User.objects.filter(email="lan+kh@dienluc.vn").exists())

    def test_lets_a_login_of_staff_keep_its_own_address(self):
        lan = a_user(email="lan@dienluc.vn", is_staff=True)
        self.post(change(lan), email="lan@dienluc.vn", name="Lan")
        lan.refresh_from_db()
        self.assertEqual(lan.name, "Lan")

    def test_makes_nobody_staff_who_has_the_second_step_of_a_colleague(self):
        lan, minh = a_user(is_staff=True), opened_login(a_user(), by=self.boss)
        for user in (lan, minh):
            TOTP.activate(user, "A" * 32)
        response = self.post(change(minh), email=minh.email)
        self.assertIn("is_staff", response.context["adminform"].form.errors)
        lan.is_staff = False
        lan.save()
        self.post(change(minh), email=minh.email)
        minh.refresh_from_db()
        self.assertTrue(minh.is_staff)

    def test_takes_an_officer_with_a_company(self):
        officer = [Group.objects.get(name=StaffRole.OFFICER).pk]
        self.post(groups=officer, unit=str(a_unit().pk))
        self.assertEqual(User.objects.get(email="minh@example.vn").unit, a_unit())

    def test_keeps_the_password_and_takes_no_forged_rights(self):
        user = opened_login(a_user(password="correct horse battery staple"), by=self.boss)
        self.post(change(user), is_superuser="on", password="x", user_permissions=["1"])
        user.refresh_from_db()
        self.assertTrue(user.check_password("correct horse battery staple"))
        self.assertFalse(user.is_superuser or user.user_permissions.exists())

    def test_lists_nobodys_whole_address_and_finds_it_typed_whole_alone(self):
        a_user(email="hanh.nguyen@example.vn", name="")
        page = self.client.get(USERS, {"q": "hanh.nguyen@example.vn"})
        self.assertContains(page, "h•••@example.vn")
        self.assertEqual(page.context["cl"].result_count, 1)
        for part in ("hanh.nguyen", "@example", "hanh.nguyen@example.v"):
            self.assertEqual(self.client.get(USERS, {"q": part}).context["cl"].result_count, 0)
        self.assertNotContains(self.client.get(USERS), "hanh.nguyen")

    def test_deletes_nobody(self):
        user = a_user()
        url = reverse("admin:customers_user_delete", args=[user.pk])
        self.assertEqual(self.client.post(url, {"post": "yes"}).status_code, 403)

    def test_answers_no_question_about_passwords(self):
        for field in ("password", "phone", "email", "last_login", "user_permissions"):
            for lookup in ("exact", "startswith", "regex", "gt", "isnull"):
                with self.subTest(field=field, lookup=lookup):
                    response = self.client.get(USERS, {f"{field}__{lookup}": "1"})
                    self.assertEqual(response.status_code, 400)

    def test_offers_roles_by_what_they_are_called(self):
        response = self.client.get(USERS)
        self.assertContains(response, "Điện thoại viên")
        self.assertNotContains(response, ">agent<")

    def test_asks_the_database_as_often_for_many_as_for_one(self):
        with self.assertNumQueries(5):
            self.client.get(USERS)
        for _ in range(5):
            a_user(unit=a_unit())
        with self.assertNumQueries(5):
            self.client.get(USERS)


class CorrectedTests(TestCase):
    """What the desk writes into a login is nobody's proof."""

    def setUp(self) -> None:
        self.boss = a_superuser()
        self.client.force_login(self.boss)
        self.user = prove(a_user(email="hanh.nguyen@example.vn", phone="+84903123456"))
        User.objects.filter(pk=self.user.pk).update(phone_verified_at=NOON - timedelta(days=900))
        UserSession.objects.create(user=self.user, ip="127.0.0.1", session_key="x" * 32)
        opened_login(self.user, by=self.boss)

    def correct(self, **given: str) -> Any:
        values = {"email": "hanh.nguyen@example.vn", "phone": "0903 123 456", "is_active": "on",
                  "name": self.user.name, **given}  # fmt: skip
        answer = self.client.post(change(self.user), values)
        self.user.refresh_from_db()
        return answer

    def told(self) -> list[str]:
        return list(DirectMessage.objects.values_list("address", flat=True))

    def test_phone_loses_the_proof_of_the_old_one(self):
        self.correct(phone="0911 222 333")
        self.assertEqual(self.user.phone, "+84911222333")
        self.assertIsNone(self.user.phone_verified_at)
        self.assertFalse(recovery.is_settled(self.user, at=timezone.now()))
        self.assertFalse(UserSession.objects.filter(user=self.user).exists())
        self.assertEqual(self.told(), ["hanh.nguyen@example.vn"])
        last = self.user.history.latest()
        self.assertEqual((last.phone_verified_at, last.history_user), (None, self.boss))

    def test_email_takes_the_place_of_the_old_one_unproven(self):
        self.correct(email="Moi@Example.VN")
        rows = EmailAddress.objects.filter(user=self.user).values_list("email", "verified")
        self.assertEqual(list(rows), [("moi@example.vn", False)])
        self.assertEqual(filter_users_by_email("hanh.nguyen@example.vn"), [])
        self.assertFalse(UserSession.objects.filter(user=self.user).exists())
        self.assertEqual(self.told(), ["hanh.nguyen@example.vn"])

    def test_email_that_another_login_has_proven_is_refused(self):
        EmailAddress.objects.create(user=a_user(), email="ai@example.vn", verified=True)
        form = self.correct(email="ai@example.vn").context["adminform"].form
        self.assertIn("email", form.errors)
        with self.assertRaises(logins.NotPossible):
            logins.correct(user=self.user, by=self.boss, at=NOON, email="ai@example.vn")

    def test_name_or_the_same_phone_written_otherwise_leaves_everything(self):
        self.correct(name="Nguyễn Thị Hạnh Mới", phone="+84 903 123456")
        self.assertEqual(self.user.name, "Nguyễn Thị Hạnh Mới")
        self.assertIsNotNone(self.user.phone_verified_at)
        self.assertTrue(UserSession.objects.filter(user=self.user).exists())
        self.assertTrue(EmailAddress.objects.get(user=self.user).verified)
        self.assertEqual(self.told(), [])


class ListTests(TestCase):
    """The list opens without a reason: nobody looks around in it for customers."""

    def found(self, by: User, **query: str) -> list[User]:
        self.client.force_login(by)
        return list(self.client.get(USERS, query).context["cl"].result_list)

    def test_shows_a_customer_to_whom_the_whole_address_was_told_alone(self):
        user = a_user(name="Lê Thị Mễ", email="me.le@example.vn", phone="+84903123456")
        by = a_member(StaffRole.AUDITOR)
        for whole in ("Me.Le@example.vn", "0903 123 456", "+84903123456"):
            self.assertEqual(self.found(by, q=whole), [user], whole)
        for part in ("", "ễ", "Lê Thị Mễ", "me.le@", "@example.vn", "0903 123", "3456"):
            self.assertNotIn(user, self.found(by, q=part), part)
        self.assertEqual(self.found(by, is_staff__exact="0"), [])

    def test_finds_colleagues_by_name_at_most_20_a_page(self):
        for _number in range(25):
            a_user(name="Trần Văn Bễ", is_staff=True)
        by = a_member(StaffRole.AUDITOR)
        for query in ({"q": "ễ"}, {"q": "ễ", "all": ""}, {}):
            self.assertEqual(len(self.found(by, **query)), 20, query)

    def test_has_no_login_of_a_protected_account_but_for_who_sees_those(self):
        account, star = an_account(), a_user(email="star@example.vn")
        a_link(account=account, user=star)
        a_link(user=star)
        boss = a_member(StaffRole.SUPERVISOR)
        auditor = a_member(StaffRole.AUDITOR)
        local = a_member(StaffRole.AUDITOR, unit=account.unit)
        Protection.objects.create(account=account, why="press", by=boss, at=NOON)
        door = reverse("admin:customers_user_open", args=[star.pk])
        for by, sees in ((boss, True), (auditor, False), (local, False)):
            self.assertEqual(self.found(by, q="star@example.vn"), [star] if sees else [])
            code = self.client.post(door, {"reason": "review", "next": ""}).status_code
            self.assertEqual(code, 302 if sees else 404)

    def test_keeps_colleagues_who_are_customers_of_a_protected_account(self):
        account, colleague = an_account(), a_member(StaffRole.AGENT)
        a_link(account=account, user=colleague)
        Protection.objects.create(account=account, why="x", by=colleague, at=NOON)
        self.assertIn(colleague, self.found(a_member(StaffRole.AUDITOR)))


class LoginAccessTests(TestCase):
    def test_lets_no_role_change_a_login(self):
        user = a_user()
        for role in StaffRole:
            with self.subTest(role):
                self.client.force_login(a_member(role))
                self.assertEqual(self.client.get(ADD_USER).status_code, 403)
                self.client.post(change(user), {"name": "Ai đó", "email": "x@example.vn"})
        user.refresh_from_db()
        self.assertEqual(user.name, "Nguyễn Thị Hạnh")

    def test_shows_addresses_in_full_to_whoever_corrects_them_alone(self):
        user = a_user(email="hanh.nguyen@example.vn", phone="+84903123456")
        for role in (StaffRole.SUPERVISOR, StaffRole.AUDITOR):
            with self.subTest(role):
                member = a_member(role)
                self.client.force_login(member)
                page = self.client.get(change(opened_login(user, by=member)))
                self.assertContains(page, "h•••@example.vn")
                self.assertContains(page, "••••3456")
                self.assertNotContains(page, "hanh.nguyen")
                self.assertNotContains(page, "903123456")
        boss = a_superuser()
        self.client.force_login(boss)
        page = self.client.get(change(opened_login(user, by=boss)))
        self.assertContains(page, "hanh.nguyen@example.vn")


class OpeningTests(TestCase):
    """A customer's login opens for a reason, in the same way and table as an account."""

    def setUp(self) -> None:
        self.boss = a_superuser()
        self.client.force_login(self.boss)
        self.user = a_user(email="hanh.nguyen@example.vn", phone="+84903123456")
        self.door = reverse("admin:customers_user_open", args=[self.user.pk])

    def give(self, **answers: str) -> Any:
        given = {"reason": "call", "reference": "CG-000123", "next": ""} | answers
        return self.client.post(self.door, given)

    def test_asks_first_and_shows_nothing(self):
        history = reverse("admin:customers_user_history", args=[self.user.pk])
        for page in (change(self.user), history):
            answer = self.client.get(page)
            self.assertContains(answer, self.door)
            for hidden in (self.user.email, self.user.name, "903123456", "3456"):
                self.assertNotContains(answer, hidden)
        self.assertFalse(Look.objects.exists())

    def test_takes_no_change_without_it(self):
        self.client.post(change(self.user), {"email": "x@example.vn", "name": "x", "_save": "1"})
        self.user.refresh_from_db()
        self.assertEqual(self.user.email, "hanh.nguyen@example.vn")

    def test_opens_with_a_reason_that_is_kept_as_a_look(self):
        self.assertEqual(self.give().headers["Location"], change(self.user))
        look = Look.objects.get()
        self.assertEqual((look.about, look.account, look.page), (self.user, None, "user"))
        self.assertEqual((look.user, look.reference), (self.boss, "CG-000123"))
        self.assertContains(self.client.get(change(self.user)), self.user.email)

    def test_wants_the_number_of_the_call(self):
        self.assertIn("reference", self.give(reference="\u200b").context["form"].errors)
        self.assertFalse(Look.objects.exists())

    def test_is_asked_again_after_an_hour_and_of_each_person(self):
        opened_login(self.user, by=a_superuser())
        opened_login(self.user, by=self.boss, at=timezone.now() - timedelta(minutes=61))
        self.assertContains(self.client.get(change(self.user)), self.door)

    def test_is_read_by_its_person_and_in_words_at_the_desk(self):
        self.give()
        self.assertContains(self.client.get(LOOKS), "tài khoản đăng nhập")
        self.client.force_login(self.user)
        self.assertContains(self.client.get(reverse("me_looks")), "tài khoản đăng nhập")

    def test_asks_nothing_for_a_colleague_or_a_new_login(self):
        for page in (change(a_member(StaffRole.AGENT)), ADD_USER):
            self.assertIn("adminform", self.client.get(page).context)
        staff = reverse("admin:customers_user_open", args=[self.boss.pk])
        self.assertEqual(self.client.post(staff, {"reason": "review"}).status_code, 404)

    def test_is_no_way_in_for_other_roles(self):
        for role in (StaffRole.AGENT, StaffRole.OFFICER, StaffRole.OPERATOR):
            with self.subTest(role):
                self.client.force_login(a_member(role))
                self.assertEqual(self.give().status_code, 404)
        self.assertFalse(Look.objects.exists())

    def test_shows_a_company_the_logins_of_its_own_alone(self):
        ours, theirs = a_unit(code="PE04"), a_unit(code="PE05")
        here = a_link(account=an_account(unit=ours)).user
        there = a_link(account=an_account(unit=theirs)).user
        colleague = a_member(StaffRole.OFFICER, unit=ours)
        by = a_member(StaffRole.SUPERVISOR, unit=ours)
        self.client.force_login(by)
        found = set(self.client.get(USERS).context["cl"].result_list)
        self.assertEqual(found, {colleague, by})
        for user, count in ((here, 1), (there, 0)):
            result = self.client.get(USERS, {"q": user.email}).context["cl"]
            self.assertEqual(result.result_count, count, user.email)
        door = reverse("admin:customers_user_open", args=[there.pk])
        self.assertEqual(self.client.post(door, {"reason": "review"}).status_code, 404)


class LinkTests(TestCase):
    def setUp(self) -> None:
        self.ours = an_account(unit=a_unit(code="PE04"))
        self.here, self.there = (
            a_link(account=self.ours),
            a_link(account=an_account(unit=a_unit(code="PE05"))),
        )

    def end(self, *links: AccountLink) -> None:
        chosen = {"action": "end", "_selected_action": [link.pk for link in links]}
        self.client.post(LINKS, chosen)

    def states(self) -> list[str]:
        return [AccountLink.objects.get(pk=one.pk).state for one in (self.here, self.there)]

    def test_are_ended_by_a_supervisor_at_once(self):
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        self.end(self.here)
        self.assertEqual(self.states(), ["ended", "active"])
        self.assertFalse(AccountLink.objects.filter(account=self.ours).in_force().exists())

    def test_are_ended_by_nobody_else(self):
        for role in (StaffRole.AGENT, StaffRole.OPERATOR, StaffRole.AUDITOR):
            self.client.force_login(a_member(role))
            self.end(self.here, self.there)
        self.assertEqual(self.states(), ["active", "active"])

    def test_are_ended_only_where_they_are_seen(self):
        self.client.force_login(a_member(StaffRole.SUPERVISOR, unit=a_unit(code="PE04")))
        self.end(self.here, self.there)
        self.assertEqual(self.states(), ["ended", "active"])

    def test_are_listed_to_officers_of_the_company_alone(self):
        self.client.force_login(a_member(StaffRole.OFFICER, unit=a_unit(code="PE05")))
        found = self.client.get(LINKS).context["cl"].result_list
        self.assertEqual(list(found), [self.there])


class LookTests(TestCase):
    def setUp(self) -> None:
        self.look = a_look(account=an_account(unit=a_unit(code="PE04")), at=NOON)

    def test_are_shown_to_auditors_and_changed_by_nobody(self):
        self.client.force_login(a_member(StaffRole.AUDITOR))
        self.assertEqual(list(self.client.get(LOOKS).context["cl"].result_list), [self.look])
        for verb in ("change", "delete"):
            url = reverse(f"admin:customers_look_{verb}", args=[self.look.pk])
            self.assertEqual(self.client.post(url, {"post": "yes"}).status_code, 403)

    def test_say_in_words_what_was_looked_at(self):
        a_look(account=self.look.account, at=NOON, page="contact 4711")
        self.client.force_login(a_member(StaffRole.AUDITOR))
        response = self.client.get(LOOKS)
        self.assertContains(response, ">toàn bộ hồ sơ<")
        self.assertContains(response, ">một liên hệ, xem đủ<")
        self.assertNotContains(response, "4711")

    def test_are_not_shown_to_agents(self):
        self.client.force_login(a_member(StaffRole.AGENT))
        self.assertEqual(self.client.get(LOOKS).status_code, 403)


class UnitTests(TestCase):
    def test_are_listed_to_all_roles_and_loaded_by_two(self):
        for role in StaffRole:
            self.client.force_login(a_member(role))
            response = self.client.get(UNITS)
            self.assertEqual(response.status_code, 200)
            loads = reverse("admin:customers_operatingunit_import")
            expected = 200 if role in (StaffRole.OPERATOR, StaffRole.SUPERVISOR) else 403
            self.assertEqual(self.client.get(loads).status_code, expected, role)
