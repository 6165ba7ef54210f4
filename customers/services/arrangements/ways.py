"""By which ways an account can be told, and what is left of them without one arrangement."""

from datetime import date

from django.utils.translation import gettext as _

from customers.models import AccountLink, Arrangement, ContactPoint


def left_without(arrangement: Arrangement, *, day: date) -> list[str]:
    """The ways in words; empty where nobody could be told any more. Needs its account fetched.

    Only what reaches the contract's own people, or whom they named: who chose to be told beside
    them counts for nothing here.
    """
    account = arrangement.account
    links = AccountLink.objects.filter(account=account).in_force().exclude(moved_out_on__lte=day)
    others = account.arrangements.telling_on(day).exclude(pk=arrangement.pk)
    kinds = set(others.values_list("kind", flat=True))
    usable = account.contacts.usable().filter(owner=ContactPoint.Owner.HOLDER)
    reached = set(usable.values_list("kind", flat=True))
    found = [
        (account.has_app or links.exists(), _("App and website")),
        (ContactPoint.Kind.ZALO in reached, _("Zalo")),
        (ContactPoint.Kind.EMAIL in reached, _("E-mail")),
        (Arrangement.Kind.RELATIVE_CONTACT in kinds, _("Relative")),
        (Arrangement.Kind.SMS_RETENTION in kinds, _("SMS by agreement")),
    ]
    return [word for works, word in found if works]
