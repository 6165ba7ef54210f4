"""Campaigns at the desk: written, counted, shown, asked for, approved by another, stopped."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.admin.staff import member
from notifications.forms import CampaignForm
from notifications.models import Campaign

from .campaign_page import act, show


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin):
    """Notices by hand; a campaign opens as its page, its words are changed while it is a draft."""

    form = CampaignForm
    list_display = ["__str__", "audience", "recipients", "state", "made_by", "made_at"]
    list_select_related = ["audience", "made_by"]
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["-made_at", "pk"]
    actions = None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        page = "<int:campaign_id>/show/"
        own = [
            path(page, view(show), name="notifications_campaign_show"),
            path(f"{page}<slug:verb>/", view(act), name="notifications_campaign_act"),
        ]
        return [*own, *super().get_urls()]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        """A draft is its writer's; what was asked for changes no more."""
        may = super().has_change_permission(request, obj)
        if obj is None:
            return may
        is_draft = obj.state_at(timezone.now()) == Campaign.State.DRAFT
        return may and is_draft and obj.made_by_id == request.user.pk

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        if not change:
            obj.made_by, obj.made_at = member(request), timezone.now()
        # Other words, or another audience: whom it tells is counted anew.
        obj.counted_at = None
        super().save_model(request, obj, form, change)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form for its writer, for everybody else the page."""
        found = self.get_object(request, object_id)
        if (
            isinstance(found, Campaign)
            and self.has_view_permission(request, found)
            and not self.has_change_permission(request, found)
        ):
            return redirect("admin:notifications_campaign_show", found.pk)
        return super().change_view(request, object_id, form_url, extra_context)

    def response_add(
        self, request: HttpRequest, obj: Campaign, post_url_continue: str | None = None
    ) -> HttpResponse:
        return redirect("admin:notifications_campaign_show", obj.pk)

    def response_change(self, request: HttpRequest, obj: Campaign) -> HttpResponse:
        return redirect("admin:notifications_campaign_show", obj.pk)

    @admin.display(description=_("state"))
    def state(self, campaign: Campaign) -> str:
        return str(campaign.state_at(timezone.now()).label)
