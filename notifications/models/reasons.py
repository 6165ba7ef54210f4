from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why a dispatch or a notice stands where it stands; the decision trace in one word each."""

    # A dispatch goes out although it was not the first choice.
    FALLBACK = "fallback", _("The channel before it failed or stayed silent")
    KEPT = "kept", _("Not wanted, but the law asks for one channel that works")
    OWN_CHOICE = "own_choice", _("A linked person chose to be told there")
    # It does not go out.
    NOT_WANTED = "not_wanted", _("The customer does not want it there")
    SUSPENDED = "suspended", _("The contact is suspended")
    NOT_CONFIRMED = "not_confirmed", _("The customer has not confirmed this contact again")
    MOVED_OUT = "moved_out", _("Who owns this contact has moved out")
    NO_RIGHT = "no_right", _("The linked person may not be told, or does not want it any more")
    NOT_THEIR_DAYS = "not_their_days", _("It is about days that the linked person may not see")
    CONTACT_CHANGED = "contact_changed", _("The contact was changed or removed")
    NO_AGREEMENT = "no_agreement", _("No arrangement in force allows it")
    CUT_OVER = "cut_over", _("The company's bills go by SMS only where it was agreed")
    NO_CONSENT = "no_consent", _("The customer has not consented, or no longer")
    OVER_CEILING = "over_ceiling", _("It would cost more than such a notice may")
    NOT_OFFERED = "not_offered", _("Notices of this kind do not go there")
    SAME_ADDRESS = "same_address", _("The same address is told already")
    REACHED = "reached", _("Reached the customer otherwise")
    SETTLED = "settled", _("Paid meanwhile")
    ANSWERED = "answered", _("The customer has answered")
    SUPERSEDED = "superseded", _("Newer word took its place")
    CALLED_OFF = "called_off", _("The stop of supply was called off")
    GUARDED = "guarded", _("The guard before a stop of supply held it")
    EXPIRED = "expired", _("Too late to be useful")
    STOPPED = "stopped", _("Stopped by a supervisor")
    TO_RING = "to_ring", _("Cancelled by a supervisor; the law asks that somebody rings")
    # It went out, or was tried, in vain.
    REFUSED_ADDRESS = "refused_address", _("The provider does not know this address")
    REFUSED_MESSAGE = "refused_message", _("The provider refuses this message")
    STOPPED_WORDS = "stopped_words", _("The provider does not approve these words")
    EXHAUSTED = "exhausted", _("Tried as often as useful")
    QUARANTINED = "quarantined", _("It broke the sender several times")
    DOUBTFUL = "doubtful", _("Unclear whether the provider took it")
    BOUNCED = "bounced", _("Taken by the provider, but not delivered")
    # A whole notice.
    NO_CHANNEL = "no_channel", _("No channel is known")
