"""Where every page lives."""

from django.contrib import admin
from django.urls import include, path

from portal.sign_in.urls import closed_to_programs, own_of_programs
from portal.site import (
    address,
    figures,
    health,
    home,
    inviting,
    link_people,
    linking,
    sharing,
    year_page,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("portal.site.me.urls")),  # first: it takes pages that change at once away
    path("accounts/<str:number>/", address.address, name="address"),
    path("accounts/<str:number>/files/year.<form:form>", year_page.year_file, name="year_file"),
    path("accounts/<str:number>/mine/", link_people.mine, name="link_mine"),
    path("accounts/<str:number>/unlink/", link_people.leave, name="link_leave"),
    path("accounts/<str:number>/people/requests/", link_people.requests, name="link_requests"),
    path("accounts/<str:number>/people/invite/", inviting.whom, name="invite_whom"),
    path("accounts/<str:number>/people/invite/<slug:role>/", inviting.invite, name="invite"),
    path("accounts/<str:number>/people/<int:pk>/", sharing.person, name="person"),
    path("accounts/<str:number>/move-out/", sharing.move_out, name="move_out"),
    path("me/invitations/<int:pk>/", inviting.answer, name="invitation"),
    path("link/", linking.number, name="link"),
    path("link/proof/", linking.proof, name="link_proof"),
    path("link/requests/<slug:reference>/", linking.answer, name="link_request"),
    path("link/requests/<slug:reference>/again/", linking.again, name="link_again"),
    path("figures/", figures.figures, name="figures"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("auth/", include("portal.sign_in.urls")),
    path("auth/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("_allauth/", include(closed_to_programs)),
    path("_allauth/", include(own_of_programs)),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/v1/", include("portal.api")),
    path("desk/", admin.site.urls),
    path("", include("customers.urls")),
    path("", include("billing.urls")),
    path("", include("notifications.urls")),
]

handler404 = "portal.site.errors.not_found"
handler500 = "portal.site.errors.server_error"
