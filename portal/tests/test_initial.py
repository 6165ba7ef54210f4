import pytest
from django.contrib.auth.models import Group
from django.test import TransactionTestCase

from billing.models import Tariff
from customers.models import Account, OperatingUnit
from customers.tests.factories import an_account
from portal.tests import initial


class RestoreTests(TransactionTestCase):
    def test_takes_away_what_was_added(self):
        an_account()
        initial.restore()
        self.assertEqual(Account.objects.count(), 0)
        self.assertEqual(OperatingUnit.objects.count(), 0)

    def test_brings_back_what_was_deleted_under_its_own_key(self):
        groups = set(Group.objects.values_list("pk", "name"))
        tariffs = Tariff.objects.count()
        Group.objects.all().delete()
        initial.restore()
        self.assertEqual(set(Group.objects.values_list("pk", "name")), groups)
        self.assertEqual(Tariff.objects.count(), tariffs)
        self.assertGreater(tariffs, 0)


@pytest.mark.django_db(transaction=True)
class TestACommittingTest:
    @pytest.mark.parametrize("time", [1, 2])
    def test_leaves_nothing_to_the_next(self, time):
        assert not Account.objects.exists()
        assert Group.objects.exists()
        an_account()
