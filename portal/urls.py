"""Where every page lives."""

from django.contrib import admin
from django.urls import include, path

from portal.sign_in.urls import closed_to_programs
from portal.site import address, health, home

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("portal.site.me.urls")),  # first: it takes pages that change at once away
    path("accounts/<str:number>/", address.address, name="address"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("auth/", include("portal.sign_in.urls")),
    path("auth/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("_allauth/", include(closed_to_programs)),
    path("_allauth/", include("allauth.headless.urls")),
    path("api/v1/", include("portal.api")),
    path("desk/", admin.site.urls),
    path("", include("customers.urls")),
    path("", include("billing.urls")),
    path("", include("notifications.urls")),
]

handler500 = "portal.site.errors.server_error"
