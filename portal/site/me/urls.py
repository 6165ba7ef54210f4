"""A person's own pages, and those of an address that only its holder opens."""

from django.urls import path
from django.views.generic import RedirectView

from customers.models import Consent, ContactChange
from portal.site import calendar
from portal.site.me import (
    cases,
    checks,
    consents,
    contacts,
    download,
    held,
    needs,
    overview,
    requests,
)
from portal.site.me.sessions import Sessions

# allauth's own pages change an address at once: what waits a day here must not pass there.
_to_email = RedirectView.as_view(pattern_name="me_email")
_to_phone = RedirectView.as_view(pattern_name="me_phone")

urlpatterns = [
    path("me/", overview.me, name="me"),
    path("me/name/", overview.change_name, name="me_name"),
    path("me/email/", contacts.change_email, name="me_email"),
    path("me/phone/", contacts.change_phone, name="me_phone"),
    path("me/changes/<int:change>/", contacts.change, name="me_change"),
    path("me/changes/<int:change>/cancel/", contacts.cancel_change, name="me_change_cancel"),
    path("stop-change/", contacts.stop_change, name="stop_change"),
    path("accounts/<str:number>/contacts/", contacts.contract_contacts, name="contract_contacts"),
    path(
        "accounts/<str:number>/contacts/phone/",
        contacts.change_contract,
        {"kind": ContactChange.Kind.PHONE},
        name="contract_phone",
    ),
    path(
        "accounts/<str:number>/contacts/email/",
        contacts.change_contract,
        {"kind": ContactChange.Kind.EMAIL},
        name="contract_email",
    ),
    path(
        "accounts/<str:number>/contacts/<int:contact>/not-mine/",
        contacts.not_mine,
        name="contract_contact_not_mine",
    ),
    path(
        "accounts/<str:number>/contacts/<int:contact>/still-mine/",
        checks.send_code,
        name="contract_contact_still_mine",
    ),
    path(
        "accounts/<str:number>/contacts/<int:contact>/still-mine/code/",
        checks.type_code,
        name="contract_contact_code",
    ),
    path("accounts/<str:number>/consents/", consents.consents, name="consents"),
    path(
        "accounts/<str:number>/consents/advice/",
        consents.consent,
        {"purpose": Consent.Purpose.ADVICE},
        name="consent_advice",
    ),
    path(
        "accounts/<str:number>/consents/survey/",
        consents.consent,
        {"purpose": Consent.Purpose.SURVEY},
        name="consent_survey",
    ),
    path(
        "accounts/<str:number>/consents/neighbours/",
        consents.consent,
        {"purpose": Consent.Purpose.NEIGHBOURS},
        name="consent_neighbours",
    ),
    path("accounts/<str:number>/needs/", needs.needs, name="needs"),
    path("accounts/<str:number>/needs/<int:need>/end/", needs.end, name="need_end"),
    path("me/calendar/", calendar.my_calendar, name="me_calendar"),
    path("calendar/<str:key>.ics", calendar.feed, name="calendar"),
    path("me/held/", held.held, name="me_held"),
    path("me/looks/", held.looks, name="me_looks"),
    path("me/download/", download.download, name="me_download"),
    path("me/cases/", cases.cases, name="me_cases"),
    path("me/cases/new/", cases.new, name="me_case_new"),
    path("me/cases/<slug:case>/", cases.one, name="me_case"),
    path("me/cases/<slug:case>/settle/", cases.settle, name="me_case_settle"),
    path("me/requests/", requests.requests, name="me_requests"),
    path("me/requests/new/", requests.new, name="me_request_new"),
    path("me/requests/<int:asked>/", requests.one, name="me_request"),
    path("auth/email/", _to_email),
    path("auth/phone/change/", _to_phone),
    path("auth/sessions/", Sessions.as_view(), name="usersessions_list"),
]
