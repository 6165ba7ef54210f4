from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.admin.opening import OpenedAdmin
from customers.models import Account
from notifications.models import Attempt, Dispatch, Receipt
from notifications.services import fillings
from notifications.words import masked_address
from portal.lib.desk import ShownAdmin, ShownInline

from .written import written_words


class AttemptInline(ShownInline):
    model = Attempt
    ordering = ["number"]
    fields = ["number", "started_at", "ended_at", "outcome", "detail"]


class ReceiptInline(ShownInline):
    model = Receipt
    ordering = ["pk"]
    fields = ["status", "occurred_at", "received_at", "applied_at", "detail"]


@admin.register(Dispatch)
class DispatchAdmin(OpenedAdmin, ShownAdmin):
    """Each notice on each channel, with every call to the provider and every receipt."""

    list_display = ["account", "kind", "channel", "masked_address", "status", "reason", "due_at"]
    list_filter = ["channel", "status", "reason", "recipient"]
    list_select_related = ["notice__account"]
    search_fields = ["notice__account__number__exact", "notice__code__exact"]
    search_help_text = _("A whole customer code, or the check code of a notice")
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["-pk"]
    actions = None
    inlines = [AttemptInline, ReceiptInline]
    fields = [
        ("account", "kind"),
        ("recipient", "step", "channel", "masked_address"),
        ("status", "reason"),
        ("priority", "due_at", "silent_at"),
        ("tries", "crashes", "lease_until"),
        ("reference", "provider_ref", "digest", "price"),
        ("accepted_at", "delivered_at", "seen_at"),
        "written",
    ]

    def subject_of(self, row: Dispatch) -> Account:
        return row.notice.account

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["account", "kind", "masked_address", "reference", "written"]

    @admin.display(description=_("account"))
    def account(self, dispatch: Dispatch) -> str:
        return str(dispatch.notice.account)

    @admin.display(description=_("kind"))
    def kind(self, dispatch: Dispatch) -> str:
        return dispatch.notice.get_kind_display()

    @admin.display(description=_("what we wrote"))
    def written(self, dispatch: Dispatch) -> str:
        sent = fillings.sent(dispatch.notice)
        return written_words([pair for pair in sent if pair[0].pk == dispatch.pk])

    @admin.display(description=_("address"))
    def masked_address(self, dispatch: Dispatch) -> str:
        return masked_address(dispatch)
