"""Every kind of file that the billing system sends, each after those that it builds on."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

from billing.resources import (
    BillResource,
    DebitResource,
    FeeResource,
    PaymentResource,
    ReadResource,
)
from customers.admin.importing import SheetImportMixin
from customers.resources import AccountResource, UnitResource
from notifications.resources import OutageResource
from portal.lib.importing import SheetResource

RESOURCES: dict[str, type[SheetResource]] = {
    resource.table.kind: resource
    for resource in (
        UnitResource,
        AccountResource,
        ReadResource,
        BillResource,
        PaymentResource,
        DebitResource,
        FeeResource,
        OutageResource,
    )
}


def pages(site: AdminSite, request: HttpRequest) -> list[tuple[Any, str]]:
    """The pages of the desk where this person may load files, each with what it loads."""
    return [
        (desk.opts.verbose_name_plural, page_of(kind))
        for kind, desk in desks(site).items()
        if desk.has_import_permission(request)
    ]


def desks(site: AdminSite) -> dict[str, SheetImportMixin]:
    """The table of the desk that each kind of file fills, in the order in which they build up."""
    found = {
        desk.resource_classes[0].table.kind: desk
        for desk in site._registry.values()
        if isinstance(desk, SheetImportMixin)
    }
    return {kind: found[kind] for kind in RESOURCES if kind in found}


def page_of(kind: str) -> str:
    """Where files of this kind are uploaded."""
    opts = desks(admin.site)[kind].opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_import")
