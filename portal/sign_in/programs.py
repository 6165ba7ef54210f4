"""Signing in by program, where allauth's own way would tell who has a login."""

from allauth.headless.account.inputs import SignupInput
from allauth.headless.account.views import SignupView

from portal.sign_in.forms import Alike


class SignUpInput(Alike, SignupInput):
    """What a program sends to sign somebody up."""


class SignUpView(SignupView):
    """A new login; the answer and its time are the same where there is one."""

    input_class = {"POST": SignUpInput}
