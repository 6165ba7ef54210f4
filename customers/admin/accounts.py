"""The desk's one search: accounts by code, phone, name or street."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.admin.importing import SheetImportMixin
from customers.models import Account, AccountLink, Arrangement, Case, ContactPoint
from customers.models.cases import NUMBER_LENGTH
from customers.resources import AccountResource
from customers.words import channels
from portal.lib import spoken
from portal.lib.desk import ShownAdmin
from portal.lib.periods import local_day

from .opening import OpenedAdmin, open_account
from .paginator import MOST_FOUND, ShortChangeList, ShortPaginator

BY_COMPANY = "unit__id__exact"


def _case_by_number(request: HttpRequest) -> Case | None:
    """The request that is searched for by its number, among those that who asks may open."""
    number = spoken.read(request.GET.get(SEARCH_VAR, ""))
    if len(number) != NUMBER_LENGTH:
        return None
    return Case.objects.visible_to(request.user).filter(number=number).first()


@admin.register(Account)
class AccountAdmin(OpenedAdmin, SheetImportMixin, ShownAdmin):
    """Only what was searched for is listed; one hit opens at once.

    The pages of one account, and of recording an arrangement, need bills and notices too and live
    with the site.
    """

    resource_classes = [AccountResource]
    change_list_template = "admin/customers/account/change_list.html"
    list_display = ["holder_name", "number", "premise_line", "unit", "told_by"]
    list_display_links = ["holder_name", "number"]
    list_select_related = ["unit"]
    list_per_page = 20
    list_max_show_all = 0  # the count stops at a hundred, so "all" could be millions
    search_fields = ["search_text"]
    search_help_text = _(
        "Code, phone, name or street, or a request's number; accents and order do not matter"
    )
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    ordering = ["number"]
    actions = None
    paginator = ShortPaginator

    def subject_of(self, row: Account) -> Account:
        return row

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ShortChangeList]:
        return ShortChangeList

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return ["unit"] if request.user.has_perm("customers.see_every_company") else []

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == BY_COMPANY

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path(
                "<int:account_id>/open/",
                wrap(open_account),
                name="customers_account_open",
            ),
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        today = local_day(timezone.now())
        in_force = Arrangement.objects.telling_on(today).exclude(
            smsretention__contact__suspended_at__isnull=False
        )
        return (
            super()
            .get_queryset(request)
            .prefetch_related(
                Prefetch("contacts", ContactPoint.objects.usable(), to_attr="usable_contacts"),
                Prefetch("links", AccountLink.objects.in_force(), to_attr="links_in_force"),
                Prefetch("arrangements", in_force, to_attr="arrangements_in_force"),
            )
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if search_term.strip():
            found = queryset.found_by(search_term).order_by()  # type: ignore[attr-defined]
            # Put in order once they are found: else the database might read all of them in order.
            keys = list(found.values_list("pk", flat=True)[:MOST_FOUND])
            return queryset.filter(pk__in=keys), False
        return (queryset if BY_COMPANY in request.GET else queryset.none()), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if case := _case_by_number(request):
            return redirect("admin:customers_case_change", case.pk)
        most = {"most_found": MOST_FOUND, **(extra_context or {})}
        response = super().changelist_view(request, most)
        found = getattr(response, "context_data", {}).get("cl")
        if found is not None and found.query and found.result_count == 1:
            return redirect("admin:customers_account_change", found.result_list[0].pk)
        return response

    @admin.display(description=_("address"))
    def premise_line(self, account: Account) -> str:
        return account.premise

    @admin.display(description=_("told by"))
    def told_by(self, account: Account) -> str:
        return " · ".join(channels(account)) or str(_("no channel"))
