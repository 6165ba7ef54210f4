from django.db import models
from django.utils.translation import gettext_lazy as _


class Pace(models.Model):
    """How fast a provider may be called, and how much of the day's quota it said is left.

    A row for each provider, shared by all senders: a bucket of calls that may start.
    """

    provider = models.CharField(_("provider"), max_length=20, primary_key=True)
    calls = models.FloatField(_("calls that may start"), default=0)
    filled_at = models.DateTimeField(_("filled at"), help_text=_("By the database's clock."))
    quota = models.PositiveIntegerField(_("messages a day"), null=True, blank=True)
    left = models.PositiveIntegerField(_("left today"), null=True, blank=True)
    said_at = models.DateTimeField(_("said at"), null=True, blank=True)

    class Meta:
        verbose_name = _("pace of a provider")
        verbose_name_plural = _("paces of providers")

    def __str__(self) -> str:
        return self.provider
