"""The words of every notice: what is in use, who changed it, and how to change it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from notifications.models import WordingChange
from portal.lib.desk import ShownAdmin

from . import wording_pages as pages

SLOT = "of/<str:kind>/<str:channel>/<str:language>"


@admin.register(WordingChange)
class WordingChangeAdmin(ShownAdmin):
    """Words change by pages of their own: two people, and a preview of what will be sent."""

    def get_queryset(self, request: HttpRequest) -> Any:
        # Words name nobody.
        return WordingChange.objects.all()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(f"{SLOT}/", view(pages.show), name="notifications_wording"),
            path(f"{SLOT}/write/", view(pages.write), name="notifications_wording_write"),
            path(
                f"{SLOT}/with/<int:notice_id>/",
                view(pages.show_with),
                name="notifications_wording_with",
            ),
            path(
                "with/<int:change_id>/<int:notice_id>/",
                view(pages.show_change_with),
                name="notifications_wordingchange_with",
            ),
            path(
                "act/<int:change_id>/<slug:verb>/",
                view(pages.act),
                name="notifications_wordingchange_act",
            ),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return pages.overview(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return pages.show_change(request, int(object_id))
