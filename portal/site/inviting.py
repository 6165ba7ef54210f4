"""Inviting somebody to see an address, and the invited person's own answer."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from customers import people_words
from customers.forms import InviteForm
from customers.models import AccountLink, Invitation, Right, User
from customers.queries import invitations_for
from customers.services import invitations, links
from customers.views import holders_visit
from notifications.models import Channel, DirectMessage
from notifications.services import direct
from portal.lib.said import day
from portal.lib.text import has_url, mask
from portal.site.me.fresh import fresh
from portal.site.sharing import GET_OR_POST

REFUSED: dict[type[Exception], tuple[str | None, Any]] = {
    invitations.NotAnAddress: (
        "address",
        gettext_lazy("Type a Vietnamese mobile number or an e-mail address."),
    ),
    invitations.OwnAddress: ("address", gettext_lazy("This is your own. Type theirs.")),
    invitations.AlreadySees: (
        "address",
        gettext_lazy("This person sees the address already. Change it in the list instead."),
    ),
    invitations.AlreadyInvited: (
        "address",
        gettext_lazy("An invitation to this number or address is waiting."),
    ),
    invitations.TooMany: (
        None,
        gettext_lazy("Ten invitations are waiting. Take one back before you invite another."),
    ),
    links.NotOffered: ("rights", gettext_lazy("This role cannot open that. Choose again.")),
    links.BadEnd: ("until", gettext_lazy("Choose an end within a year.")),
}


@require_GET
def whom(request: HttpRequest, number: str) -> HttpResponse:
    """In which role somebody is to be invited."""
    at = holders_visit(request, number)
    roles = [(role, AccountLink.Role(role).label, text) for role, text in people_words.WHOM.items()]
    return render(
        request, "portal/invite_whom.html", {**at.context("people", Right.CHANGE), "roles": roles}
    )


@require_http_methods(GET_OR_POST)
@fresh()
def invite(request: HttpRequest, number: str, role: str) -> HttpResponse:
    """Invite a phone number or an e-mail address in one role."""
    at = holders_visit(request, number)
    if role not in people_words.WHOM:
        raise Http404(_("There is no such page."))
    form = InviteForm(request.POST or None, role=role)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and (made := _invited(request, form, at.here.account)):
        messages.success(request, _done(made))
        return redirect("people", number)
    context = {
        **at.context("people", Right.CHANGE),
        "form": form,
        "role": AccountLink.Role(role).label,
        "whom": people_words.WHOM[role],
    }
    return render(request, "portal/invite.html", context)


@transaction.atomic
def _invited(request: HttpRequest, form: InviteForm, account: Any) -> Invitation | None:
    """The invitation, told to whom it goes; None, and the reason in the form, if refused."""
    now, by = timezone.now(), cast("User", request.user)
    chosen = form.chosen(at=now)
    try:
        made = invitations.invite(
            account=account,
            address=form.cleaned_data["address"],
            role=chosen["role"],
            rights=chosen["rights"],
            link_ends_at=chosen["ends_at"],
            by=by,
            at=now,
        )
    except tuple(REFUSED) as error:
        _explain(form, error)
        return None
    if made.kind == Invitation.Kind.EMAIL:
        _write(made, at=now)
    return made


def _explain(form: forms.Form, error: Exception) -> None:
    field, why = REFUSED[type(error)]
    form.add_error(field if field in form.fields else None, why)


def _done(made: Invitation) -> str:
    if made.kind == Invitation.Kind.EMAIL:
        return _("Invited. We wrote to %(whom)s.") % {"whom": made.masked}
    return _("Invited. Now tell them what to do: it stands beside the invitation.")


def _write(made: Invitation, *, at: datetime) -> None:
    """Tell an e-mail address that it was invited: no link, and no word that a stranger chose."""
    name = made.invited_by.name
    text = _(
        "%(who)s invites you to see an address with us: %(what)s.\n\n"
        "If you want that, open %(site)s, sign in with this e-mail address and answer on the "
        "first page, until %(until)s. If you have no login yet, sign up with this address.\n\n"
        "If you do not know who this is, do nothing: nobody learns whether you read this. "
        "Questions: %(hotline)s."
    )
    direct.queue(
        channel=Channel.EMAIL,
        address=made.address,
        subject=_("You are invited to see an electricity address"),
        text=text
        % {
            "who": _("Somebody") if not name or has_url(name) else name,
            "what": people_words.opened(made.offers),
            "site": settings.SITE_URL,
            "until": day(made.expires_at),
            "hotline": settings.HOTLINE,
        },
        purpose=DirectMessage.Purpose.INVITATION,
        expires_at=made.expires_at,
        at=at,
    )


@require_http_methods(GET_OR_POST)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What an invitation would open and what not; the invited person says yes or no."""
    user, now = cast("User", request.user), timezone.now()
    mine = invitations_for(user, at=now)
    invitation = next((one for one in mine if one.pk == pk), None)
    if invitation is None:
        raise Http404(_("There is no such page."))
    if request.method == "POST":
        return _answered(request, invitation, user=user, at=now)
    return render(request, "portal/invitation.html", _offered(invitation))


def _answered(
    request: HttpRequest, invitation: Invitation, *, user: User, at: datetime
) -> HttpResponse:
    try:
        if request.POST.get("answer") != "accept":
            invitations.decline(invitation=invitation, by=user, at=at)
            messages.success(request, _("Declined. Who invited you is told."))
            return redirect("home")
        invitations.accept(invitation=invitation, by=user, at=at)
    except invitations.TooManyPlaces:
        why = _("You help at three addresses already. Call us if it has to be more.")
    except invitations.AlreadySees:
        why = _("You see this address already.")
    except (invitations.NotWaiting, links.NotAllowed):
        why = _("This invitation does not hold any more. Ask for a new one.")
    else:
        messages.success(request, _("Linked. You can end this yourself at any time."))
        return redirect("address", invitation.account.number)
    context = {**_offered(invitation), "why": why}
    return render(request, "portal/invitation.html", context, status=409)


def _offered(invitation: Invitation) -> dict[str, object]:
    """The address is named in full only to who has said yes: a number may be mistyped."""
    offers, sees = invitation.offers, people_words.SEES
    return {
        "invitation": invitation,
        "who": str(invitation.invited_by),
        "place": f"{invitation.account.ward} · {mask(invitation.account.number)}",
        "role": invitation.get_role_display(),
        "opens": [sees[right] for right in Right if right in offers],
        "closed": [sees[right] for right in Right if right not in offers],
        "until": people_words.until(invitation.link_ends_at),
    }
