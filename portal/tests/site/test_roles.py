"""The staff's groups hold what the code declares, no more and no less."""

from django.contrib.auth.models import Group, Permission
from django.test import TestCase

from customers.models import Account, StaffRole
from customers.tests.factories import a_member, a_unit, an_account
from portal.site import roles


class GroupTests(TestCase):
    def permissions(self, role: str) -> set[str]:
        found = Permission.objects.filter(group__name=role).values_list(
            "content_type__app_label", "codename"
        )
        return {".".join(names) for names in found}

    def test_hold_exactly_what_is_declared_once_the_tables_are_there(self):
        for role, permissions in roles.ROLES.items():
            with self.subTest(role):
                self.assertEqual(self.permissions(role), set(permissions))

    def test_lose_what_somebody_added_by_hand_and_regain_what_was_taken(self):
        group = Group.objects.get(name="agent")
        group.permissions.set([Permission.objects.get(codename="change_user")])
        roles.sync(app_label="customers", using="default")
        self.assertNotIn("customers.change_user", self.permissions("agent"))
        self.assertIn("customers.view_account", self.permissions("agent"))

    def test_let_nobody_but_superusers_change_logins(self):
        for role, permissions in roles.ROLES.items():
            with self.subTest(role):
                about_logins = {name for name in permissions if name.endswith(("_user", "_group"))}
                self.assertLessEqual(about_logins, {"customers.view_user"})

    def test_let_an_auditor_only_look(self):
        may = roles.ROLES[StaffRole.AUDITOR] - {"customers.see_every_company"}
        self.assertEqual([name for name in may if ".view_" not in name], [])

    def test_let_nobody_decide_but_a_supervisor(self):
        deciders = [
            role for role, may in roles.ROLES.items() if "customers.decide_arrangement" in may
        ]
        self.assertEqual(deciders, [StaffRole.SUPERVISOR])


class VisibleAccountTests(TestCase):
    def setUp(self) -> None:
        self.ours, self.theirs = a_unit(code="PE04"), a_unit(code="PE05")
        self.here, self.there = an_account(unit=self.ours), an_account(unit=self.theirs)

    def seen_by(self, user) -> set[Account]:
        return set(Account.objects.visible_to(user))

    def test_are_every_companys_for_the_city_wide_roles(self):
        for role in ("agent", "supervisor", "operator", "auditor"):
            with self.subTest(role):
                self.assertEqual(self.seen_by(a_member(role)), {self.here, self.there})

    def test_are_the_own_companys_for_an_officer(self):
        self.assertEqual(self.seen_by(a_member("officer", unit=self.ours)), {self.here})

    def test_are_none_for_an_officer_without_a_company(self):
        self.assertEqual(self.seen_by(a_member("officer")), set())

    def test_are_the_own_companys_for_anyone_who_has_one(self):
        self.assertEqual(self.seen_by(a_member("supervisor", unit=self.theirs)), {self.there})

    def test_are_none_for_people_who_left(self):
        self.assertEqual(self.seen_by(a_member("agent", is_active=False)), set())
