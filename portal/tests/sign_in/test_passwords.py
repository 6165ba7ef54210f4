import unicodedata

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from customers.models import User
from customers.tests.factories import PASSWORD, a_user
from portal.sign_in import hashers
from portal.tests.sign_in.people import PROVE_PHONE, SIGN_IN, SIGN_UP, a_customer, last_code, who

GOOD = "bốn từ không ai ghép"
OURS = ["portal.sign_in.hashers.Pbkdf2"]


def refusals(password, user=None):
    """The codes of what is wrong with it."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.django_db
class TestRules:
    @pytest.mark.parametrize(
        ("password", "code"),
        [
            ("bảy chữ", "too_short"),
            ("mười bốn chữ c", "too_short"),
            ("dienluc2026", "tried_first"),
            ("evnhcmc123", "tried_first"),
            ("Điện lực TP.HCM 2026!", "tried_first"),
            ("matkhaudienluc2026", "tried_first"),
            ("hanh.nguyen@example.vn", "oneself"),
            ("hanh.nguyen123456", "oneself"),
            ("0903123456000000", "oneself"),
            ("1qaz2wsx3edc4rfv", "password_too_common"),
            ("x" * 129, "too_long"),
        ],
    )
    def test_refuse(self, password, code):
        user = User(email="hanh.nguyen@example.vn", phone="+84903123456")
        assert code in refusals(password, user)

    @pytest.mark.parametrize("password", [GOOD, "x" * 15, "ệ" * 128, " ba dấu cách ở đầu "])
    def test_take_what_is_long_enough(self, password):
        assert refusals(password, a_user()) == set()

    def test_take_eight_characters_beside_a_second_factor(self):
        user = a_user()
        assert "too_short" in refusals("tám chữ!", user)
        Authenticator.objects.create(user=user, type="totp", data={})
        assert refusals("tám chữ!", user) == set()
        assert "too_short" in refusals("bảy chữ", user)
        assert "password_too_common" in refusals("password1", user)

    def test_count_letters_as_the_reader_does(self):
        assert refusals(unicodedata.normalize("NFD", "ệ" * 128)) == set()
        assert refusals(unicodedata.normalize("NFD", "ệ" * 8)) == {"too_short"}

    def test_are_said_before_one_has_to_guess_them(self, client):
        assert "15" in client.get(SIGN_UP).content.decode()

    def test_give_the_reason_in_vietnamese(self, client):
        answer = client.post(SIGN_UP, {"login": "0903123456", "password1": "evnhcmc123"})
        said = " ".join(answer.context["form"].errors["password1"])
        assert "15 ký tự" in said
        assert "người lạ" in said


class TestPbkdf2:
    def test_takes_a_letter_for_itself_however_it_was_typed(self, settings):
        settings.PASSWORD_HASHERS = OURS
        kept = make_password(unicodedata.normalize("NFD", GOOD))
        assert check_password(unicodedata.normalize("NFC", GOOD), kept)
        assert not check_password("bon tu khong ai ghep", kept)

    def test_is_what_production_keeps_passwords_by(self):
        from portal.settings import people

        assert people.PASSWORD_HASHERS == OURS
        assert hashers.Pbkdf2.algorithm == "pbkdf2_sha256"


@pytest.mark.django_db
class TestSigningIn:
    def test_keeps_spaces_at_the_ends(self, client):
        client.post(SIGN_UP, {"login": "0903123456", "password1": f"  {GOOD} "})
        client.post(PROVE_PHONE, {"code": last_code()})
        user = who(client)
        assert user.check_password(f"  {GOOD} ")
        assert not user.check_password(GOOD)

    def test_hashes_no_password_that_is_too_long_to_be_one(self, client, monkeypatch):
        user = a_customer()
        monkeypatch.setattr("django.contrib.auth.hashers.MD5PasswordHasher.encode", pytest.fail)
        for login in (user.email, "nobody@example.vn"):
            answer = Client().post(SIGN_IN, {"login": login, "password": "x" * 4096})
            assert answer.status_code == 200
            assert answer.context["form"].non_field_errors()

    def test_refuses_a_new_one_of_4_kb_before_comparing_it_with_anything(self, client, monkeypatch):
        monkeypatch.setattr("portal.sign_in.passwords.fold", pytest.fail)
        monkeypatch.setattr("django.contrib.auth.hashers.MD5PasswordHasher.encode", pytest.fail)
        answer = client.post(SIGN_UP, {"login": "0903123456", "password1": "x" * 4096})
        assert "password1" in answer.context["form"].errors


@pytest.mark.django_db
class TestChanging:
    def test_needs_the_old_one_and_ends_other_sessions(self, client):
        user = a_customer()
        other = Client()
        for browser in (client, other):
            browser.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
        words = {"oldpassword": PASSWORD, "password1": GOOD, "password2": GOOD}
        client.post("/auth/password/change/", {**words, "oldpassword": "wrong"})
        assert User.objects.get().check_password(PASSWORD)
        client.post("/auth/password/change/", words)
        assert User.objects.get().check_password(GOOD)
        assert client.get("/api/v1/accounts/").status_code == 200
        assert other.get("/api/v1/accounts/").status_code == 403
