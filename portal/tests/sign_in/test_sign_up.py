import pytest
from django.utils import timezone

from customers.models import User
from customers.tests.factories import a_user
from notifications.models import DirectMessage
from portal.tests.sign_in.people import (
    ASK_CODE,
    PROVE_EMAIL,
    PROVE_PHONE,
    SIGN_IN,
    SIGN_UP,
    TYPE_CODE,
    last_code,
    last_message,
    who,
)

pytestmark = pytest.mark.django_db
GOOD = "bốn từ không ai ghép"


class TestSignUp:
    @pytest.mark.parametrize(
        "typed", ["0903123456", "+84 903 123 456", "903.123.456", "0084903123456", "01203123456"]
    )
    def test_by_any_form_of_a_phone_number(self, client, typed):
        answer = client.post(SIGN_UP, {"login": typed})
        assert answer.url == PROVE_PHONE
        assert last_message().channel == "sms"
        client.post(PROVE_PHONE, {"code": last_code()})
        assert who(client).phone in {"+84903123456", "+84703123456"}
        assert who(client).phone_verified_at is not None

    def test_by_e_mail(self, client):
        answer = client.post(SIGN_UP, {"login": "Hanh@Example.vn"})
        assert answer.url == PROVE_EMAIL
        assert last_message().address == "hanh@example.vn"
        client.post(PROVE_EMAIL, {"code": last_code()})
        assert who(client).email == "hanh@example.vn"

    @pytest.mark.parametrize("typed", ["028 3822 1234", "113", "hanh@", "+1 202 555 0123", ""])
    def test_says_what_is_wrong_with_an_address_that_gets_no_code(self, client, typed):
        answer = client.post(SIGN_UP, {"login": typed})
        assert answer.context["form"].errors["login"]
        assert not DirectMessage.objects.exists()

    def test_keeps_a_chosen_password_for_the_next_time(self, client):
        client.post(SIGN_UP, {"login": "0903123456", "password1": GOOD})
        client.post(PROVE_PHONE, {"code": last_code()})
        assert client.get("/").status_code == 200
        client.post("/auth/logout/")
        client.post(SIGN_IN, {"login": "0903123456", "password": GOOD})
        assert who(client).phone == "+84903123456"

    def test_leaves_no_password_before_the_address_is_proved(self, client):
        client.post(SIGN_UP, {"login": "0903123456", "password1": GOOD})
        assert not User.objects.get(phone="+84903123456").has_usable_password()

    def test_gives_the_login_to_who_proves_the_address_not_to_who_typed_it_first(
        self, client, django_user_model
    ):
        client.post(SIGN_UP, {"login": "0903123456", "password1": "mật khẩu của kẻ gian"})
        owner = type(client)()
        owner.post(SIGN_UP, {"login": "0903123456", "password1": GOOD})
        owner.post(PROVE_PHONE, {"code": last_code()})
        assert who(owner).check_password(GOOD)
        assert django_user_model.objects.count() == 1

    def test_again_with_a_known_number_makes_no_second_login(self, client):
        a_user(phone="+84903123456", phone_verified_at=timezone.now())
        client.post(SIGN_UP, {"login": "0903123456"})
        assert User.objects.count() == 1
        assert last_message().purpose == "account_exists"


class TestSignInByCode:
    @pytest.mark.parametrize("typed", ["0903123456", "khach@example.vn"])
    def test_by_a_code_to_either_address(self, client, typed):
        user = a_user(
            email="khach@example.vn", phone="+84903123456",
            phone_verified_at=timezone.now(), last_login=timezone.now(),
        )  # fmt: skip
        assert client.post(ASK_CODE, {"login": typed}).url == TYPE_CODE
        client.post(TYPE_CODE, {"code": last_code()})
        assert who(client) == user
