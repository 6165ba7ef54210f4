"""What each dispatch said, kept before it is sent, so that it can be shown again exactly."""

import json
from collections.abc import Collection, Iterable

from django.db.models import Exists, F, OuterRef

from notifications.models import Attempt, Channel, Dispatch, Filling, Notice
from notifications.services.claiming import Claim
from portal.lib import sql

Outcome = Attempt.Outcome
# After these the person may have the message: it must not read otherwise the next time.
MAY_HAVE_ARRIVED = (Outcome.ACCEPTED, Outcome.DOUBTFUL, Outcome.LOST)

Status = Dispatch.Status
# It went out, as far as we know.
OUTSIDE = (Status.SENDING, Status.ACCEPTED, Status.DELIVERED, Status.SEEN, Status.UNKNOWN)


def keep(fillings: Collection[Filling], *, replace: bool) -> None:
    """Write down what is about to be sent, or shown. One statement for all.

    ``replace`` what was kept for a try that did not get through; else the first word stays.
    """
    if not fillings:
        return
    wordings = {filling.wording.pk: filling.wording for filling in fillings}
    fields = ("id", "kind", "channel", "language", "subject", "text", "html", "names")
    sql.run(
        "notifications",
        "keep_fillings",
        {
            "wordings": json.dumps(
                [{name: getattr(one, name) for name in fields} for one in wordings.values()]
            ),
            "fillings": json.dumps(
                [
                    {
                        "dispatch_id": filling.dispatch_id,
                        "language": filling.language,
                        "wording_id": filling.wording_id,
                        "values": filling.values,
                    }
                    for filling in fillings
                ]
            ),
            "replace": replace,
        },
    )


def said_before(claims: Iterable[Claim], *, language: str) -> dict[int, Filling]:
    """By dispatch, what a try before this one may have brought already; first tries ask nothing."""
    repeated = [claim.dispatch for claim in claims if claim.number > 1]
    if not repeated:
        return {}
    tries = Attempt.objects.filter(dispatch=OuterRef("dispatch"), outcome__in=MAY_HAVE_ARRIVED)
    fillings = Filling.objects.filter(dispatch__in=repeated, language=language)
    found = fillings.filter(Exists(tries)).select_related("wording")
    return {filling.dispatch_id: filling for filling in found}


def shown(notices: Iterable[Notice], *, language: str) -> dict[int, Filling]:
    """By notice, what its page in the inbox said when it was first opened. One query."""
    fillings = Filling.objects.filter(
        dispatch__notice__in=list(notices), dispatch__channel=Channel.INBOX, language=language
    )
    found = fillings.select_related("wording").annotate(notice_id=F("dispatch__notice"))
    return {filling.notice_id: filling for filling in found}


def told_outside(notice: int) -> list[Filling]:
    """What went out of the site about this notice, and may have arrived. One query, also for none.

    Of a notice that is none, too, so that no answer is quicker than another.
    """
    found = Filling.objects.filter(dispatch__notice=notice, dispatch__status__in=OUTSIDE)
    elsewhere = found.exclude(dispatch__channel=Channel.INBOX)
    return list(elsewhere.select_related("wording").order_by("dispatch__step", "dispatch_id"))


def sent(notice: Notice) -> list[tuple[Dispatch, Filling]]:
    """What went out or was opened, with its dispatch, as the channels follow each other."""
    found = Filling.objects.filter(dispatch__notice=notice).select_related("wording", "dispatch")
    in_order = found.order_by("dispatch__step", "dispatch_id", "language")
    return [(filling.dispatch, filling) for filling in in_order]
