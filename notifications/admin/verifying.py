""" "Is this message from you?", asked on the phone: the agent types the code that stands in it."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notifications.models import Notice
from notifications.services import whole_codes
from portal.lib.text import clean


@require_http_methods(["GET", "POST"])
def check_code(request: HttpRequest) -> HttpResponse:
    """Ours or not; what it says opens with its account, for a reason that is kept as a look."""
    if not request.user.has_perm("notifications.view_notice"):
        raise Http404
    typed = clean(request.POST.get("code", "").replace("\0", ""))[:40]
    asked = whole_codes.find(typed) if typed else None
    found = asked.notice if asked else None
    if found and Notice.objects.visible_to(request.user).filter(pk=found.pk).exists():
        return redirect("admin:notifications_notice_change", found.pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Is this message from us?"),
        "typed": typed,
        "found": found,
    }
    return TemplateResponse(request, "admin/notifications/notice/check.html", context)
