"""Every kind of file that the billing system sends, each after those that it builds on."""

from typing import Any

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
from customers.resources import AccountResource, UnitResource
from notifications.resources import OutageResource
from portal.lib.importing import SheetImportMixin, SheetResource

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
    found = {
        desk.resource_classes[0]: (
            desk.opts.verbose_name_plural,
            reverse(f"admin:{desk.opts.app_label}_{desk.opts.model_name}_import"),
        )
        for desk in site._registry.values()
        if isinstance(desk, SheetImportMixin) and desk.has_import_permission(request)
    }
    return [found[resource] for resource in RESOURCES.values() if resource in found]
