"""Where every page lives."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("auth/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("desk/", admin.site.urls),
]
