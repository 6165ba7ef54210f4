"""Everything held about me as one file, at most three times a day."""

from tempfile import TemporaryFile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from customers.services import exports
from portal.site.me.fresh import fresh
from portal.site.me.people import person
from portal.site.privacy import export
from portal.site.privacy.person import person_of

NAME = "du-lieu-cua-toi.zip"


@require_http_methods(["GET", "POST"])
@fresh(allow_get=True)
def download(request: HttpRequest) -> HttpResponseBase:
    """What the file holds, and the button; the file itself on POST."""
    if request.method == "GET":
        return _page(request)
    at = timezone.now()
    try:
        exports.take(user=person(request), at=at)
    except exports.TooMany:
        return _page(request, status=429)
    file = TemporaryFile()  # noqa: SIM115 the answer closes it
    export.write(file, person=person_of(person(request), at=at), at=at)
    file.seek(0)
    answer = FileResponse(file, as_attachment=True, filename=NAME, content_type="application/zip")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    context = {"most": exports.MOST_A_DAY, "is_too_many": status == 429}
    return render(request, "me/download.html", context, status=status)
