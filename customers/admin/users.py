from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.forms import LoginForm
from customers.models import StaffRole, User
from customers.services import logins, lost_factors, sessions
from customers.services.looks import Subject
from portal.lib import phones
from portal.lib.text import mask, mask_email

from .opening import LOGIN, Door, OpenedAdmin, open_login
from .staff import member

# What stands in their place for those who read only.
MASKED = {"email": "masked_email", "phone": "masked_phone", "groups": "roles_held"}


class RoleFilter(admin.RelatedFieldListFilter):
    """Groups, by what they are called on the screen."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[Any, Any]]:
        words: dict[Any, Any] = dict(StaffRole.choices)
        found = super().field_choices(field, request, model_admin)
        return [(key, words.get(name, name)) for key, name in found]


def _addressed(text: str) -> Q | None:
    """Whose whole e-mail address or phone number was typed; None where it is neither."""
    if "@" in text:
        return Q(email=text.strip().lower())
    try:
        return Q(phone=phones.parse(text))
    except phones.NotAPhone:
        return None


@admin.register(User)
class UserAdmin(OpenedAdmin, admin.ModelAdmin):
    """Logins and their roles. Passwords are set by their owners alone, over a code by e-mail.

    A customer's opens for a reason. A colleague's does not: it holds no customer's data, whoever
    looks after logins has no call to name, and each change of it is kept with its hand.
    """

    form = LoginForm
    list_display = ["__str__", "masked_email", "is_staff", "is_active", "unit"]
    list_select_related = ["unit"]
    list_filter = ["is_staff", "is_active", ("groups", RoleFilter)]
    search_fields = ["name"]
    search_help_text = _("A whole e-mail address or phone number; of colleagues also the name")
    show_facets = admin.ShowFacets.NEVER
    show_full_result_count = False
    list_per_page = list_max_show_all = 20
    sortable_by = ()
    ordering = ["-is_staff", "name", "pk"]
    actions = None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(open_login)
        return [path("<int:user_id>/open/", view, name="customers_user_open"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return User.objects.visible_to(request.user)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """Colleagues by name; a customer for whoever names the whole address, and not in a list.

        What is listed is seen without a reason, so it must not be a way to look around.
        """
        staff, _twice = super().get_search_results(
            request, queryset.filter(is_staff=True), search_term
        )
        whole = _addressed(search_term)
        return (staff | queryset.filter(whole) if whole else staff), False

    def subject_of(self, row: User) -> Subject | None:
        return None if row.is_staff else row

    def door_of(self, subject: Subject) -> Door:
        return LOGIN

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **rest: Any
    ) -> Any:
        """The form, with the way to take off a second step that its person lost."""
        user = context.get("original")
        if user and lost_factors.may_help(by=member(request), user=user):
            context["lost_factor"] = reverse("admin:customers_lostfactor_ask", args=[user.pk])
        return super().render_change_form(request, context, *args, **rest)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody is deleted: what they did stays signed. They are made inactive."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup in {"is_staff__exact", "is_active__exact", "groups__id__exact"}

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Addresses in full for those alone who may correct them."""
        if self.has_change_permission(request, obj) or obj is None:
            return LoginForm.Meta.fields
        return [MASKED.get(name, name) for name in LoginForm.Meta.fields]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        may_change = self.has_change_permission(request, obj)
        return () if may_change else tuple(MASKED.values())

    @admin.display(description=_("roles"))
    def roles_held(self, user: User) -> str:
        words: dict[str, Any] = dict(StaffRole.choices)
        names = user.groups.order_by("pk").values_list("name", flat=True)
        return ", ".join(str(words.get(name, name)) for name in names)

    @admin.display(description=_("phone"))
    def masked_phone(self, user: User) -> str:
        return mask(user.phone) if user.phone else ""

    @admin.display(description=_("e-mail"))
    def masked_email(self, user: User) -> str:
        """Whose e-mail address a colleague types is asked by the search, not read off a list."""
        return mask_email(user.email or "") if user.email else ""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What a login may do is read anew by each request; who they are is asked again, too."""
        super().save_related(request, form, formsets, change)
        if change and "groups" in form.changed_data:
            sessions.end_all(user=form.instance)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
            super().save_model(request, obj, form, change)
            return
        given = {name: form.cleaned_data[name] for name in form.changed_data if name != "groups"}
        logins.correct(user=obj, by=member(request), at=timezone.now(), **given)
