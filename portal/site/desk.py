"""The care desk: Django's admin as staff see it."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from portal.lib.periods import local_day
from portal.lib.text import fold

OWN = {"customers", "billing", "notifications"}


class DeskSite(AdminSite):
    """One admin for agents, officers, supervisors and data operators."""

    site_header = _("Care desk")
    site_title = _("Care desk")
    index_title = _("Work of today")
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only our own tables: those of packages would let one person undo a second factor."""
        models = (
            model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        )
        ours = [model for model in models if model._meta.app_label in OWN]
        super().register(ours, admin_class, **options)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Nothing: no form of ours asks it, and it would list accounts without a reason."""
        raise Http404

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The admin's own, behind the pages that need several apps at once."""
        from portal.site.desk_pages import PAGES

        own = [
            path(route, self.admin_view(view), name=name) for route, (view, name) in PAGES.items()
        ]
        return [*own, *super().get_urls()]

    def get_app_list(self, *args: Any, **options: Any) -> list[Any]:
        """The tables as a dictionary has them: Đ comes behind D, and not behind Y."""
        found = super().get_app_list(*args, **options)
        for app in found:
            app["models"].sort(key=lambda model: fold(str(model["name"])))
        return found

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from customers.admin import importing
        from portal.site import worklists

        today = {
            "work": worklists.of(request.user, day=local_day(timezone.now())),
            "loads": importing.pages(self, request),
        }
        return super().index(request, {**today, **(extra_context or {})})

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Where everyone changes theirs: the same rules, the same limits."""
        return redirect("account_change_password")

    @method_decorator(never_cache)
    @login_not_required
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Staff sign in as everyone does: same page, same limits. For customers nothing is here."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Http404
        query = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
        return redirect(f"{reverse('account_login')}?{query}")
