"""The API's use and bills: the same queries as the pages, in exact units.

Money is whole đồng, energy whole Wh or kWh as the name says, days are ISO dates, and the last day
of a period is inclusive.
"""

from datetime import date, timedelta
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import queries
from billing.models import Bill, EarlierBill
from billing.queries import BillSheet
from billing.use import PeriodUse, Stretch
from customers.models import Right
from customers.visits import OLDEST_DAY, visit
from portal.lib.paging import Pages
from portal.lib.periods import Period, local_day

LONGEST_DAYS = 400
USUAL_DAYS = 31


class SpanSerializer(serializers.Serializer[Stretch]):
    """Neighbouring days whose use is known only as one sum."""

    first_on = serializers.DateField(source="days.starts_on")
    last_on = serializers.DateField(source="days.last_on")
    wh = serializers.IntegerField()


class DaySerializer(serializers.Serializer[Any]):
    """One day; ``wh`` is null where the day has no figure of its own, and ``mark`` says why."""

    day = serializers.DateField()
    wh = serializers.IntegerField(allow_null=True)
    mark = serializers.CharField()


class PeriodUseSerializer(serializers.Serializer[PeriodUse]):
    """Daily use of a period, with its gaps; ``until`` is the last day known."""

    first_on = serializers.DateField(source="period.starts_on")
    last_on = serializers.DateField(source="period.last_on")
    until = serializers.DateField(allow_null=True)
    total_wh = serializers.IntegerField(allow_null=True)
    days = DaySerializer(many=True)
    together = SpanSerializer(many=True)


class AskedDaysSerializer(serializers.Serializer[Any]):
    """Which days are asked for; without any, the last 31."""

    first_on = serializers.DateField(required=False)
    last_on = serializers.DateField(required=False)

    def validate(self, attrs: dict[str, date]) -> dict[str, date]:
        today = local_day(timezone.now())
        last_on = attrs.setdefault("last_on", today)
        latest = today + timedelta(days=LONGEST_DAYS)
        for name in ("first_on", "last_on"):
            if name in attrs and not OLDEST_DAY <= attrs[name] <= latest:
                raise serializers.ValidationError({name: _("We hold nothing about this day.")})
        first_on = attrs.get("first_on") or last_on - timedelta(days=USUAL_DAYS - 1)
        attrs["first_on"] = first_on
        if not 0 <= (last_on - first_on).days < LONGEST_DAYS:
            text = _("Ask for 1 to {days} days, the first one first.")
            raise serializers.ValidationError({"last_on": text.format(days=LONGEST_DAYS)})
        return attrs


class DailyUse(APIView):
    """Use of each day at one of my addresses."""

    @extend_schema(
        operation_id="days", parameters=[AskedDaysSerializer], responses=PeriodUseSerializer
    )
    def get(self, request: Request, number: str) -> Response:
        account = visit(request, number, right=Right.DAYS).here.account
        asked = AskedDaysSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        period = Period.of_days(asked.validated_data["first_on"], asked.validated_data["last_on"])
        try:
            use = queries.daily_use(account, period, today=local_day(timezone.now()))
        except queries.OutOfSight as error:
            raise Http404 from error
        return Response(PeriodUseSerializer(use).data)


class BillSerializer(serializers.ModelSerializer[Bill]):
    """One bill, without its lines."""

    month = serializers.DateField(format="%Y-%m")
    last_on = serializers.DateField()
    is_paid = serializers.BooleanField()

    class Meta:
        model = Bill
        fields = [
            "month", "starts_on", "last_on", "usage_kwh", "net", "vat_percent", "vat", "total",
            "issued_on", "due_on", "is_paid", "paid_at",
        ]  # fmt: skip


class LineSerializer(serializers.Serializer[Any]):
    """One line as we work it out; ``rule`` names the rule, ``price`` is đồng a kWh before VAT."""

    rule = serializers.CharField()
    kwh = serializers.CharField(help_text="whole kWh, or a decimal where a step is a part of one")
    price = serializers.IntegerField()
    amount = serializers.IntegerField()
    decision = serializers.CharField()


class EarlierBillSerializer(serializers.ModelSerializer[EarlierBill]):
    """What a bill said from ``learned_at`` until it was corrected at ``replaced_at``."""

    class Meta:
        model = EarlierBill
        fields = [
            "starts_on", "ends_before", "usage_kwh", "net", "vat_percent", "vat", "total",
            "issued_on", "due_on", "learned_at", "replaced_at",
        ]  # fmt: skip


class BillSheetSerializer(serializers.Serializer[BillSheet]):
    """One bill with its lines worked out anew; ``differs_by`` is 0 where we agree with it."""

    bill = BillSerializer()
    lines = serializers.SerializerMethodField()
    differs_by = serializers.IntegerField()
    earlier = serializers.SerializerMethodField(
        help_text="What it said before it was corrected, the newest first."
    )

    @extend_schema(responses=EarlierBillSerializer(many=True))
    def get_earlier(self, sheet: BillSheet) -> list[dict[str, Any]]:
        earlier = [correction.before for correction in sheet.corrections]
        return EarlierBillSerializer(earlier, many=True).data  # type: ignore[return-value]

    @extend_schema(responses=LineSerializer(many=True))
    def get_lines(self, sheet: BillSheet) -> list[dict[str, Any]]:
        return LineSerializer(sheet.rating.lines if sheet.rating else (), many=True).data  # type: ignore[return-value]


class BillList(APIView):
    """Bills of one of my addresses, the newest first."""

    @extend_schema(
        operation_id="bills",
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("offset", int)],
        responses=BillSerializer(many=True),
    )
    def get(self, request: Request, number: str) -> Response:
        account = visit(request, number, right=Right.BILLS).here.account
        bills = Bill.objects.visible_to(request.user).of([account])
        pages = Pages()
        page = pages.paginate_queryset(bills.newest_first(), request, view=self)
        return pages.get_paginated_response(BillSerializer(page, many=True).data)


class BillDetail(APIView):
    """One bill of one of my addresses, with its lines."""

    @extend_schema(operation_id="bill", responses=BillSheetSerializer)
    def get(self, request: Request, number: str, month: date) -> Response:
        account = visit(request, number, right=Right.BILLS).here.account
        bill = Bill.objects.visible_to(request.user).of([account]).of_month(month).first()
        if bill is None:
            raise Http404
        # It carries the window.
        bill.account = account
        return Response(BillSheetSerializer(queries.bill_sheet(bill)).data)
