"""Files by the API: the same loads, steps and rights as at the desk.

For data operators' own tools. A system without a person at it drops its files into the folder.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.admin.importing import FileForm, empty_workbook
from customers.admin.staff import member
from customers.models import Load, LoadNote
from customers.services import loads
from customers.services.loads import steps
from customers.tasks import ring_for_loads
from portal.lib.columns import Column
from portal.lib.importing import SheetResource, kinds, resource_of
from portal.lib.workbooks import CONTENT_TYPE
from portal.site import load_changes, load_words

VIEW = "customers.view_load"


class MayLookAtLoads(BasePermission):
    """Staff who may see how files fare; what they may bring is asked of each kind."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user.has_perm(VIEW)


class NotNow(APIException):
    """The step is none now, and why."""

    status_code = status.HTTP_409_CONFLICT


class ColumnSerializer(serializers.Serializer[Column]):
    """One column; a file may use any of its headings."""

    name = serializers.CharField()
    heading = serializers.CharField()
    synonyms = serializers.ListField(child=serializers.CharField())
    required = serializers.BooleanField()  # type: ignore[assignment]


class KindSerializer(serializers.Serializer[type[SheetResource]]):
    """A kind of file; ``key`` names the columns that identify a row."""

    kind = serializers.CharField(source="table.kind")
    label = serializers.CharField()  # type: ignore[assignment]
    columns = ColumnSerializer(source="table.columns", many=True)
    key = serializers.ListField(source="table.key", child=serializers.CharField())
    builds_on = serializers.ListField(child=serializers.CharField())


class LoadSerializer(serializers.ModelSerializer[Load]):
    """How a load stands; ``steps`` are those that the person may take now."""

    file = serializers.CharField(source="name")
    mends = serializers.IntegerField(source="mends_id", allow_null=True)
    doubts = serializers.SerializerMethodField()
    asked = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()

    class Meta:
        model = Load
        fields = (
            "id", "kind", "file", "sha256", "state", "why", "made_at", "mends", "rows", "good",
            "worked", "created", "updated", "unchanged", "refused", "remarked", "needs_second",
            "doubts", "asked", "steps",
        )  # fmt: skip

    def get_doubts(self, load: Load) -> list[str]:
        return load_words.doubts(load)

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_asked(self, load: Load) -> dict[str, Any] | None:
        return load.report.get("asked") if load.state == Load.State.ASKED else None

    def get_steps(self, load: Load) -> list[str]:
        may = steps.allowed(load=load, by=self.context["by"], at=timezone.now())
        return [verb for verb in steps.VERBS if may[verb]]


class UploadSerializer(serializers.Serializer[Any]):
    """A file, as a browser sends it."""

    file = serializers.FileField(allow_empty_file=True)
    mends = serializers.IntegerField(
        required=False, help_text="The load whose refused rows it holds, mended."
    )


class SaidSerializer(serializers.Serializer[Any]):
    """What a step needs: a reason, or the answer to what is asked."""

    why = serializers.CharField(required=False, max_length=200)
    sheet = serializers.CharField(required=False)
    mark = serializers.ChoiceField([",", "."], required=False)
    columns = serializers.DictField(
        child=serializers.CharField(), required=False,
        help_text="By the name of each missing column its heading in the file.",
    )  # fmt: skip


class RefusedSerializer(serializers.ModelSerializer[LoadNote]):
    """A refused row by its number in the file, with the column, the value and the reason."""

    value = serializers.CharField(source="before")
    reason = serializers.CharField(source="why")

    class Meta:
        model = LoadNote
        fields = ("row", "column", "value", "reason")


class KindList(APIView):
    """The kinds of files that I may bring, each after those that it builds on."""

    permission_classes = (MayLookAtLoads,)

    @extend_schema(operation_id="kinds", responses=KindSerializer(many=True))
    def get(self, request: Request) -> Response:
        mine = [
            resource
            for kind in kinds()
            if steps.may_load(user=member(request), resource=(resource := resource_of(kind)))
        ]
        return Response(KindSerializer(mine, many=True).data)  # type: ignore[arg-type]


class KindTemplate(APIView):
    """An empty workbook with the headings of a kind."""

    permission_classes = (MayLookAtLoads,)

    @extend_schema(operation_id="template", responses={(200, CONTENT_TYPE): OpenApiTypes.BINARY})
    def get(self, request: Request, kind: str) -> HttpResponse:
        return empty_workbook(bringable(request, kind))


class LoadList(ListAPIView[Load]):
    """Files that were brought, the newest first."""

    permission_classes = (MayLookAtLoads,)
    serializer_class = LoadSerializer

    def get_queryset(self) -> QuerySet[Load]:
        return Load.objects.visible_to(self.request.user).newest_first()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "by": self.request.user}


class LoadOfKind(APIView):
    """Bring a file."""

    permission_classes = (MayLookAtLoads,)
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="load",
        request={"multipart/form-data": UploadSerializer},
        responses={200: LoadSerializer, 201: LoadSerializer},
    )
    def post(self, request: Request, kind: str) -> Response:
        """201 where it becomes a load; 200 where this very file is one already."""
        bringable(request, kind)
        form = UploadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        file = limited(form.validated_data["file"])
        mends = form.validated_data.get("mends")
        try:
            load, is_new = loads.bring(
                kind=kind,
                name=file.name or "",
                pieces=file.chunks(),
                source=Load.Source.API,
                by=member(request),
                mends=None if mends is None else visible(request, mends),
                at=timezone.now(),
            )
        except loads.LoadError as error:
            raise NotNow(str(error)) from error
        if is_new:
            ring_for_loads(kind)
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(told(request, load), status=code)


class LoadDetail(APIView):
    """How one load stands."""

    permission_classes = (MayLookAtLoads,)

    @extend_schema(operation_id="loadState", responses=LoadSerializer)
    def get(self, request: Request, load_id: int) -> Response:
        return Response(told(request, visible(request, load_id)))


class LoadRefused(ListAPIView[LoadNote]):
    """Refused rows of a load; values of people behind dots for who did not bring it."""

    permission_classes = (MayLookAtLoads,)
    serializer_class = RefusedSerializer
    queryset = LoadNote.objects.none()

    def list(self, request: Request, load_id: int) -> Response:
        load = visible(request, load_id)
        notes = LoadNote.objects.filter(load=load, kind=LoadNote.Kind.REFUSED)
        page = self.paginate_queryset(notes.select_related("load").order_by("row", "pk")) or []
        resource = resource_of(load.kind)
        shown = [load_changes.note(note, resource, to=member(request)) for note in page]
        return self.get_paginated_response(RefusedSerializer(shown, many=True).data)


class LoadStep(APIView):
    """Take a step with a load: answer, confirm, release, check, cancel, undo, decline_undo,
    withdraw_undo, again, dismiss, forget.
    """

    permission_classes = (MayLookAtLoads,)

    @extend_schema(operation_id="loadStep", request=SaidSerializer, responses={200: LoadSerializer})
    def post(self, request: Request, load_id: int, verb: str) -> Response:
        """409 with the reason where the step is none now."""
        load = visible(request, load_id)
        bringable(request, load.kind)
        if verb not in steps.VERBS:
            raise Http404
        if not request.user.has_perms(steps.needed(verb, load)):
            raise PermissionDenied
        form = SaidSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said = {**form.validated_data.get("columns", {}), **form.validated_data}
        try:
            load = steps.step(verb, load=load, said=said, by=member(request), at=timezone.now())
        except loads.LoadError as error:
            raise NotNow(str(error)) from error
        ring_for_loads(load.kind)
        return Response(told(request, load))


def bringable(request: Request, kind: str) -> type[SheetResource]:
    """The kind, where this person may bring its files; else there is none."""
    if kind not in kinds():
        raise Http404
    resource = resource_of(kind)
    if not steps.may_load(user=member(request), resource=resource):
        raise PermissionDenied
    return resource


def visible(request: Request, load_id: int) -> Load:
    """The load, where this person may see it."""
    return get_object_or_404(Load.objects.visible_to(request.user), pk=load_id)


def limited(file: Any) -> Any:
    """The file, where it is not too large.

    :raises ValidationError: it is
    """
    form = FileForm({}, {"import_file": file}, most_bytes=settings.LOAD_MOST_BYTES[Load.Source.API])
    if not form.is_valid():
        raise serializers.ValidationError(
            {"file": [str(one) for one in form.errors["import_file"]]}
        )
    return file


def told(request: Request, load: Load) -> Any:
    """The load as it is answered."""
    return LoadSerializer(load, context={"by": member(request)}).data
