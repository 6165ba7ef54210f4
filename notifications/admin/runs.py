from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from notifications.models import Run
from portal.lib.desk import ShownAdmin

from .calls import ask_for_call_list, call_list_csv
from .proving import reveal_call, show_proof
from .releasing import decide


@admin.register(Run)
class RunAdmin(ShownAdmin):
    """The rounds of telling; a run opens as its proof."""

    list_display = ["__str__", "planned_at", "size", "waits_since", "released_at", "proof_link"]
    list_filter = ["kind"]
    sortable_by = ()
    ordering = ["-planned_at", "pk"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        # A run names nobody: whose accounts are counted in it depends on who asks.
        return Run.objects.all()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:run_id>/proof/", view(show_proof), name="notifications_run_proof"),
            path(
                "<int:run_id>/proof/calls.csv",
                view(call_list_csv),
                name="notifications_run_calls",
            ),
            path(
                "<int:run_id>/proof/calls/ask/",
                view(ask_for_call_list),
                name="notifications_run_ask_calls",
            ),
            path(
                "<int:run_id>/proof/reveal/<int:notice_id>/",
                view(reveal_call),
                name="notifications_run_reveal",
            ),
            path(
                "<int:run_id>/proof/decide/<slug:verb>/",
                view(decide),
                name="notifications_run_decide",
            ),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:notifications_run_proof", object_id)

    @admin.display(description=_("proof"))
    def proof_link(self, run: Run) -> str:
        url = reverse("admin:notifications_run_proof", args=[run.pk])
        return format_html('<a href="{}">{}</a>', url, _("Who was told"))
