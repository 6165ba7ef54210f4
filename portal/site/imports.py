"""Every kind of file that the billing system sends, each after those that it builds on."""

from billing.resources import BillResource, PaymentResource, ReadResource
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
        OutageResource,
    )
}
