"""By which rules it was decided where a notice goes, as the staff's pages show it."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from customers.models import AccountLink, ContactPoint
from notifications.models import Channel, Decision, Notice, Reason
from portal.lib import said


def decided_words(notice: Notice) -> str:
    """The version of the policy and the day, then each contact that was no channel, and why."""
    decision = Decision.objects.filter(notice=notice).select_related("cutover__unit").first()
    if decision is None:
        return "–"
    first = f"{decision} · {said.moment(decision.decided_at)}"
    if decision.cutover:
        first += " · " + _("cut-over in force: %(cutover)s") % {"cutover": decision.cutover}
    return "\n".join([first, *_left_out(decision)])


def _left_out(decision: Decision) -> Iterator[str]:
    contacts = ContactPoint.objects.in_bulk(_named(decision, "contact"))
    links = AccountLink.objects.select_related("user").in_bulk(_named(decision, "link"))
    for one in decision.left_out:
        contact, link = contacts.get(one.get("contact")), links.get(one.get("link"))
        end = contact.masked if contact else str(link.user) if link else "–"
        yield f"{Channel(one['channel']).label} {end}: {Reason(one['why']).label}"


def _named(decision: Decision, what: str) -> list[int]:
    """A contact of the contract, or the link of a person who chose to be told too."""
    return [one[what] for one in decision.left_out if what in one]
