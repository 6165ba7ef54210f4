"""allauth, told how people of this site are found, reached and let in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.manage_email import sync_email_address
from allauth.account.internal.stagekit import clear_login
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import is_headless_request
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import User
from customers.services import logins, typed_codes
from notifications.services.direct import Refused
from portal.lib.networks import caller_of
from portal.sign_in import known, letters, placeholders, recovery
from portal.sign_in.client import client_ip
from portal.sign_in.fields import MobileField, mobile
from portal.sign_in.mfa import lacks_second_factor
from portal.sign_in.passwords import refuse_endless

PENDING_PASSWORD = "sign_up_password"  # noqa: S105 the name of a place in the session
STAGES = {
    "allauth.account.stages.PhoneVerificationStage": "portal.sign_in.stages.VerifyPhone",
    "allauth.account.stages.EmailVerificationStage": "portal.sign_in.stages.VerifyEmail",
}
MFA = "allauth.account"


class Adapter(DefaultAccountAdapter):
    """Phone numbers beside e-mail addresses; messages by the outbox; one answer for everybody."""

    # --- phone numbers ---

    def phone_form_field(self, **kwargs: Any) -> MobileField:
        return MobileField(**kwargs)

    def clean_phone(self, phone: str) -> str:
        return mobile(phone)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone).first()

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        if verified:
            logins.set_phone(user=user, phone=phone, at=timezone.now())
            user.refresh_from_db(fields=["phone", "phone_verified_at"])
        else:
            logins.correct(user=user, by=None, at=timezone.now(), phone=phone)

    def set_phone_verified(self, user: User, phone: str) -> None:
        """The number was proved; a number that replaces another one counts from now."""
        if user.phone == phone and user.phone_verified_at:
            return
        self.set_phone(user, phone, verified=True)
        if not user.last_login:
            return
        self.send_notification_mail("phone_changed", user)

    # --- codes and messages ---

    def generate_login_code(self) -> str:
        return typed_codes.draw()

    generate_password_reset_code = generate_email_verification_code = generate_login_code

    def generate_phone_verification_code(self, *, user: User, phone: str) -> str:
        return self.generate_login_code()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        known = ("code", "password_reset_url")
        words: dict[str, Any] = {key: context[key] for key in known if key in context}
        letters.mail(
            name=template_prefix, to=email, words=words, from_ip=self._ip(), at=timezone.now()
        )

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        self._text(letters.Purpose.SIGN_IN_CODE, phone, code=code)

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        self._text(letters.Purpose.ACCOUNT_UNKNOWN, phone)

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._text(letters.Purpose.ACCOUNT_EXISTS, phone)

    def _text(self, purpose: str, phone: str, code: str = "") -> None:
        """One SMS; where a limit is reached everybody gets the same "too many requests"."""
        try:
            letters.text(
                purpose=purpose, to=phone, code=code, from_ip=self._ip(), at=timezone.now()
            )
        except Refused as refused:
            raise ImmediateHttpResponse(ratelimit.respond_429(context.request)) from refused

    def _ip(self) -> str:
        return client_ip(context.request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At the host that we chose, whatever the request claims to have been sent to."""
        parts = {"uidb36": "UID", "key": "KEY"}
        path = reverse("account_reset_password_from_key", kwargs=parts)
        return settings.SITE_URL + path.replace("UID-KEY", key)

    # --- signing up: nobody learns whether there is a login ---

    def clean_password(self, password: str, user: User | None = None) -> str:
        """Check a new password; for a new login hash it here, before it is known to be needed."""
        refuse_endless(password)
        cleaned: str = super().clean_password(password, user)
        if user is None or user.pk is None:
            context.request.password_hash = make_password(cleaned)
        return cleaned

    def save_user(
        self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True
    ) -> User:
        """The row of a new login, without its password: that waits until the address is proved."""
        email, phone = form.cleaned_data.get("email") or "", form.cleaned_data.get("phone") or ""
        user = placeholders.find(email=email, phone=phone) or user
        user.email, user.phone = email or user.email, phone or user.phone
        user.set_unusable_password()
        user.save()
        EmailAddress.objects.filter(user=user).delete()
        if hashed := getattr(context.request, "password_hash", ""):
            request.session[PENDING_PASSWORD] = {"user": user.pk, "hash": hashed}
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        """Everything asked for was proved: a password chosen at the sign-up counts from now on."""
        pending = request.session.pop(PENDING_PASSWORD, None)
        if pending and pending["user"] == user.pk and not user.has_usable_password():
            user.password = pending["hash"]
            user.save(update_fields=["password"])
        super().login(request, user)

    # --- signing in ---

    def is_safe_url(self, url: str) -> bool:
        """Onward only to a path of this site, as our own links name it."""
        return url.startswith("/") and bool(super().is_safe_url(url))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """They are in: this browser is theirs from now on, as far as counting tries goes."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not is_headless_request(request):
            known.remember(request, response, user=user)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where nobody asked for a page: staff come to work, everybody else to their home."""
        if request.user.is_staff:
            return reverse("admin:index")
        return str(super().get_login_redirect_url(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        if ip := client_ip(request):
            return ip
        raise PermissionDenied

    def get_login_stages(self) -> list[str]:
        return [STAGES.get(stage, stage) for stage in super().get_login_stages()]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a compare: of this login from this address, from known browsers, from anywhere.

        :raises ImmediateHttpResponse: too many requests
        :raises ValidationError: the password is longer than any can be, so it is not looked at
        """
        login, browser = self._tried(request, credentials)
        key = f"{login} {browser}".rstrip()
        self._counted: list[ratelimit.RateLimitUsage] = []
        self._count(request, "login_failed_here", f"{caller_of(self._ip())}:{key}")
        if browser:
            self._count(request, "login_failed_known", login)
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as refused:
            raise ImmediateHttpResponse(ratelimit.respond_429(request)) from refused
        try:
            refuse_endless(credentials.get("password", ""))
        except ValidationError as endless:
            raise self.validation_error("email_password_mismatch") from endless

    def _count(self, request: HttpRequest, action: str, key: str) -> None:
        counted = ratelimit.consume(request, app=MFA, action=action, key=key)
        if not counted:
            raise ImmediateHttpResponse(ratelimit.respond_429(request))
        self._counted.append(counted)

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        for counted in self._counted:
            counted.rollback()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count for a login; a browser in which it was signed in before has its own."""
        return " ".join(self._tried(request, credentials)).rstrip()

    def _tried(self, request: HttpRequest, credentials: dict[str, Any]) -> tuple[str, str]:
        """The login, by whichever of its addresses it is tried; the known browser, if it is one."""
        email, phone = credentials.get("email", ""), credentials.get("phone", "")
        users = filter_users_by_email(email, for_login=True) if email else []
        user = users[0] if users else self.get_user_by_phone(phone)
        if user is None:
            return f"nobody {email or phone}", ""
        return f"login {user.pk}", known.browser_of(request, user=user)

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Keep out whom a phone number alone speaks for, while that number is new."""
        if refused := super().pre_login(request, user, **kwargs):
            return refused
        if is_headless_request(request) and lacks_second_factor(user):
            raise PermissionDenied  # it is set up in a browser
        code = code_that_let_in(request, user)
        if email := code.get("email"):
            _prove_email(request, user, email)
        if code.get("phone") and not recovery.is_settled(user, at=timezone.now()):
            clear_login(request)
            return self._refuse_new_phone(request)
        return None

    def _refuse_new_phone(self, request: HttpRequest) -> HttpResponse:
        if is_headless_request(request):
            raise PermissionDenied
        words = _(
            "This phone number is new for this login. For three days it cannot sign in alone:"
            " use your e-mail address, your password or a passkey."
        )
        self.add_message(request, messages.ERROR, message=words)
        return redirect("account_login")

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """An address is replaced by another one, never just taken away."""
        return not email_address.verified

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell the owner; it needs nothing of the request but its time."""
        if to := email or EmailAddress.objects.get_primary_email(user):
            letters.mail(name=template_prefix, to=to, words={}, from_ip="", at=timezone.now())


def code_that_let_in(request: HttpRequest, user: User) -> dict[str, Any]:
    """The record of the code by which ``user`` came just now, with the address it went to."""
    records = get_authentication_records(request, user)
    return records[-1] if records and records[-1]["method"] == "code" else {}


def _prove_email(request: HttpRequest, user: User, email: str) -> None:
    """A code that arrived proves an address, also one that allauth had no row of yet."""
    sync_email_address(user, email)
    verify_email_indirectly(request, user, email)
