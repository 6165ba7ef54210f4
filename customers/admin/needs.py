"""What a household needs, on every page of the desk from which somebody rings or writes."""

from django.http import HttpRequest

from customers import need_words
from customers.models import Account

VIEW = "customers.view_need"


def shown(request: HttpRequest, account: Account) -> list[str]:
    """What we do differently, in words; nothing for whoever does not talk to customers."""
    if not request.user.has_perm(VIEW):
        return []
    return [need_words.label(need) for need in need_words.in_force(account)]
