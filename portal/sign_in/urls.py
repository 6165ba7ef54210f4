"""What stands beside or before allauth's own pages, all under ``auth/``."""

from allauth.headless.constants import Client
from django.urls import path

from portal.sign_in import programs, views

urlpatterns = [
    path("code/again/", views.send_again, name="send_code_again"),
    path("2fa/set-up/", views.set_up_second_factor, name="set_up_second_factor"),
]

# What needs more proof than a program's session shows, or waits a day, is done in a browser.
closed_to_programs = [
    path("app/v1/account/authenticators/totp", views.not_here),
    path("app/v1/account/authenticators/webauthn", views.not_here),
    path("app/v1/account/password/change", views.not_here),
    path("app/v1/account/email", views.not_here),
    path("app/v1/account/phone", views.not_here),
]

# Instead of allauth's own of the same address.
own_of_programs = [
    path("app/v1/auth/signup", programs.SignUpView.as_api_view(client=Client.APP)),
]
