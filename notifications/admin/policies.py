from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from customers.models import User
from notifications.forms import PolicyForm
from notifications.models import Channel, KindPolicy
from notifications.services import policies
from portal.lib import said

from .trying import show_trial, try_policy

# What stands in place of a column where nobody may type into it.
IN_WORDS = {
    "channels": "in_order",
    "useful_for": "useful",
    "confirm_within": "confirmed_within",
    "digest_within": "waits_for_others",
}


@admin.register(KindPolicy)
class KindPolicyAdmin(admin.ModelAdmin):
    """How each kind is treated: supervisors edit it, every kind has exactly one."""

    list_display = [
        "__str__",
        "legal_class",
        "priority",
        "in_order",
        "confirmed_within",
        "useful",
        "keeps_quiet_hours",
        "consent",
        "price_ceiling",
        "waits_for_others",
        "version",
    ]
    form = PolicyForm
    readonly_fields = ["kind", "version"]
    sortable_by = ()
    ordering = ["priority", "kind"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields: list[Any] = list(super().get_fields(request, obj))
        if self.has_change_permission(request, obj):
            return fields
        # Those that stand in place of a column are named among the read-only ones as well.
        return list(dict.fromkeys(IN_WORDS.get(name, name) for name in fields))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        in_words = () if self.has_change_permission(request, obj) else IN_WORDS.values()
        return [*self.readonly_fields, *in_words]

    def get_urls(self) -> list[URLPattern]:
        """The pages that try a policy out, beside the admin's own."""
        view = self.admin_site.admin_view
        own = [
            path("try/", view(try_policy), name="notifications_kindpolicy_try"),
            path("try/<int:trial_id>/", view(show_trial), name="notifications_kindpolicy_trial"),
        ]
        return [*own, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        policies.save(policy=obj, by=cast("User", request.user))

    @admin.display(description=_("channels in order"))
    def in_order(self, policy: KindPolicy) -> str:
        return " → ".join(str(Channel(name).label) for name in policy.channels)

    @admin.display(description=_("confirmation expected within"))
    def confirmed_within(self, policy: KindPolicy) -> str:
        return said.duration(policy.confirm_within)

    @admin.display(description=_("wait for others to one address"))
    def waits_for_others(self, policy: KindPolicy) -> str:
        return said.duration(policy.digest_within) if policy.digest_within else "–"

    @admin.display(description=_("useful for"))
    def useful(self, policy: KindPolicy) -> str:
        return said.duration(policy.useful_for)
