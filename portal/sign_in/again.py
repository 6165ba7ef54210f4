"""A new code instead of one that did not arrive: the same work for a login that does not exist.

allauth's own resending does less for those, and so tells which they are.
"""

import time
from typing import Any

from allauth.account.forms import RequestLoginCodeForm
from allauth.account.internal.flows.email_verification_by_code import EmailVerificationProcess
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.flows.phone_verification import (
    ChangePhoneVerificationProcess,
    PhoneVerificationStageProcess,
)
from allauth.account.stages import LoginByCodeStage, LoginStageController, PhoneVerificationStage
from django.http import HttpRequest


def send(request: HttpRequest) -> str:
    """Send a new code for whatever this session waits for; the name of the page to type it on.

    "account_login" where it waits for nothing (any more).

    :raises ImmediateHttpResponse: too many requests
    """
    if stage := LoginStageController.enter(request, LoginByCodeStage.key):
        return _sign_in(request, LoginCodeVerificationProcess.resume(stage))
    if stage := LoginStageController.enter(request, PhoneVerificationStage.key):
        return _prove(PhoneVerificationStageProcess.resume(stage), "account_verify_phone")
    if request.user.is_authenticated and (change := ChangePhoneVerificationProcess.resume(request)):
        return _prove(change, "account_verify_phone")
    if process := EmailVerificationProcess.resume(request):
        process.generate_code()
        return _prove(process, "account_email_verification_sent")
    return "account_login"


def _sign_in(request: HttpRequest, process: LoginCodeVerificationProcess | None) -> str:
    """Ask for a code as at first, limits and all."""
    if process is None:
        return "account_login"
    email, phone = process.state.get("email"), process.state.get("phone")
    form = RequestLoginCodeForm({"email": email or "", "phone": phone or ""})
    if form.is_valid():
        LoginCodeVerificationProcess.initiate(
            request=request, user=form._user, email=email, phone=phone
        )
    return "account_confirm_login_code"


def _prove(process: Any, page: str) -> str:
    """A new code, with tries and minutes of its own."""
    if process is None:
        return "account_login"
    process.state.update(at=time.time(), failed_attempts=0)
    process.send()
    process.persist()
    return page
