"""The API's addresses: what the signed-in person is linked to."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.models import Right
from customers.queries import Place, places
from customers.visits import visit


class PlaceSerializer(serializers.Serializer[Place]):
    """One account as this person sees it; ``rights`` tells which of its pages open to them."""

    number = serializers.CharField()
    name = serializers.CharField()
    address = serializers.CharField(source="account.address")
    ward = serializers.CharField(source="account.ward")
    group = serializers.CharField(source="account.group")
    households = serializers.DecimalField(
        source="account.households", max_digits=6, decimal_places=2
    )
    reading_day = serializers.IntegerField(source="account.reading_day")
    role = serializers.CharField()
    rights = serializers.SerializerMethodField()

    def get_rights(self, place: Place) -> list[str]:
        return sorted(place.rights)


class PlaceList(APIView):
    """My addresses."""

    @extend_schema(operation_id="accounts", responses=PlaceSerializer(many=True))
    def get(self, request: Request) -> Response:
        # The stubs do not know that many=True takes a list.
        return Response(PlaceSerializer(places(request.user), many=True).data)  # type: ignore[arg-type]


class PlaceDetail(APIView):
    """One of my addresses."""

    @extend_schema(operation_id="account", responses=PlaceSerializer)
    def get(self, request: Request, number: str) -> Response:
        place = visit(request, number, right=Right.TOTALS).here
        return Response(PlaceSerializer(place).data)
