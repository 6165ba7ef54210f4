"""The API's inbox and preferences: the same services as the pages."""

from typing import Any, cast

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.models import Right, User
from customers.visits import visit, visit_to_warn
from notifications.inbox import Letter, inbox, letters
from notifications.models import Channel, Kind
from notifications.models.thresholds import (
    LEAST_DONG,
    LEAST_KWH,
    LEAST_STEP,
    MOST_DONG,
    MOST_KWH,
    MOST_STEP,
    Unit,
)
from notifications.services import preferences, thresholds
from notifications.services.inbox import keep_shown, opened
from notifications.services.preferences import CHOSEN, Choice
from portal.lib.paging import Pages


class NoticeSerializer(serializers.Serializer[Letter]):
    """One notice as it reads in the inbox, in the language of the request."""

    code = serializers.CharField(source="notice.code")
    kind = serializers.ChoiceField(source="notice.kind", choices=Kind.values)
    subject = serializers.CharField()
    text = serializers.CharField()
    planned_at = serializers.DateTimeField(source="notice.planned_at")
    read_at = serializers.DateTimeField(source="notice.read_at", allow_null=True)


class NoticeList(APIView):
    """Notices of one of my addresses, the newest first; being listed is not being read."""

    @extend_schema(
        operation_id="notices",
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("offset", int)],
        responses=NoticeSerializer(many=True),
    )
    def get(self, request: Request, number: str) -> Response:
        account = visit(request, number, right=Right.NOTICES).here.account
        pages = Pages()
        page = pages.paginate_queryset(inbox([account], reader=request.user), request, view=self)
        written: Any = letters(page or (), at=timezone.now())
        return pages.get_paginated_response(NoticeSerializer(written, many=True).data)


class NoticeRead(APIView):
    """Tell that a notice was read."""

    @extend_schema(operation_id="notice_read", request=None, responses={204: None})
    def post(self, request: Request, number: str, code: str) -> Response:
        here = visit(request, number, right=Right.NOTICES).here
        notice = get_object_or_404(inbox([here.account], reader=request.user), code=code)
        now = timezone.now()
        keep_shown(notice=notice, language=get_language() or "vi", at=now)
        # As on the page: that a relative read it says nothing about the holder.
        if here.may(Right.CHANGE):
            opened(notice=notice, at=now)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ChoiceSerializer(serializers.Serializer[Choice]):
    """One kind: channels that work here, and those wanted among them."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in CHOSEN])
    legal_class = serializers.CharField(read_only=True)
    offered = serializers.ListField(child=serializers.CharField(), read_only=True)
    wanted = serializers.ListField(child=serializers.ChoiceField(choices=Channel.choices))


class PreferencesSerializer(serializers.Serializer[Any]):
    """All choices of one address; send ``version`` back as it came, so that nobody's is undone."""

    version = serializers.CharField(allow_blank=True)
    choices = ChoiceSerializer(many=True)


class ChangedMeanwhile(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "changed_meanwhile"


class Preferences(APIView):
    """Where one of my addresses is told what."""

    @extend_schema(operation_id="preferences", responses=PreferencesSerializer)
    def get(self, request: Request, number: str) -> Response:
        account = visit(request, number, right=Right.CHANGE).here.account
        on = timezone.localdate()
        answer: Any = {
            "version": preferences.version(account),
            "choices": preferences.choices(account, on=on),
        }
        return Response(PreferencesSerializer(answer).data)

    @extend_schema(
        operation_id="preferences_save",
        request=PreferencesSerializer,
        responses=PreferencesSerializer,
    )
    def put(self, request: Request, number: str) -> Response:
        account = visit(request, number, right=Right.CHANGE).here.account
        asked = PreferencesSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        found = asked.validated_data
        try:
            preferences.save(
                account=account,
                wanted={Kind(one["kind"]): one["wanted"] for one in found["choices"]},
                seen_version=found["version"],
                by=cast("User", request.user),
                at=timezone.now(),
            )
        except preferences.ChangedMeanwhile as error:
            text = _("Somebody changed these answers meanwhile. Please check them and save again.")
            raise ChangedMeanwhile(text) from error
        return self.get(request, number)


class ThresholdSerializer(serializers.Serializer[Any]):
    """Above how many whole kWh or đồng in a billing period I am told, or from which price step on.

    One of the three; nothing but null is not at all.
    """

    kwh = serializers.IntegerField(
        min_value=LEAST_KWH, max_value=MOST_KWH, allow_null=True, required=False
    )
    dong = serializers.IntegerField(
        min_value=LEAST_DONG, max_value=MOST_DONG, allow_null=True, required=False
    )
    step = serializers.IntegerField(
        min_value=LEAST_STEP, max_value=MOST_STEP, allow_null=True, required=False
    )

    def validate(self, attrs: dict[str, int | None]) -> dict[str, int | None]:
        if not attrs or sum(value is not None for value in attrs.values()) > 1:
            raise serializers.ValidationError(_("Give one of kwh, dong and step."))
        return attrs


class Threshold(APIView):
    """My own threshold of use at one of my addresses; those of others are not shown."""

    @extend_schema(operation_id="threshold", responses=ThresholdSerializer)
    def get(self, request: Request, number: str) -> Response:
        account = visit_to_warn(request, number).here.account
        mine = thresholds.of(account=account, user=cast("User", request.user))
        found = {unit.value: getattr(mine, unit) if mine else None for unit in Unit}
        return Response(ThresholdSerializer(found).data)

    @extend_schema(
        operation_id="threshold_save", request=ThresholdSerializer, responses=ThresholdSerializer
    )
    def put(self, request: Request, number: str) -> Response:
        account, user = visit_to_warn(request, number).here.account, cast("User", request.user)
        asked = ThresholdSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = {Unit(name): n for name, n in asked.validated_data.items() if n is not None}
        if not given:
            thresholds.remove(account=account, by=user)
            return self.get(request, number)
        [(unit, amount)] = given.items()
        try:
            thresholds.choose(account=account, unit=unit, amount=amount, by=user, at=timezone.now())
        except thresholds.NotLinked as error:
            raise Http404 from error
        except thresholds.NotPriced as error:
            text = _("The price of this address tells no amount so far, or has no such step.")
            raise serializers.ValidationError({unit: text}) from error
        return self.get(request, number)
