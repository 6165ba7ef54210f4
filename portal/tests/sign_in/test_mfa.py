import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser

from customers.tests.factories import a_user
from portal.sign_in.mfa import lacks_second_factor

pytestmark = pytest.mark.django_db


class TestLacksSecondFactor:
    def test_is_true_of_staff_without_any(self):
        assert lacks_second_factor(a_user(is_staff=True))

    @pytest.mark.parametrize("kind", ["totp", "webauthn"])
    def test_is_false_once_staff_has_one(self, kind):
        member = a_user(is_staff=True)
        Authenticator.objects.create(user=member, type=kind, data={})
        assert not lacks_second_factor(member)

    def test_takes_recovery_codes_for_none(self):
        member = a_user(is_staff=True)
        Authenticator.objects.create(user=member, type="recovery_codes", data={})
        assert lacks_second_factor(member)

    def test_asks_nothing_of_customers_and_strangers(self):
        assert not lacks_second_factor(a_user())
        assert not lacks_second_factor(AnonymousUser())
