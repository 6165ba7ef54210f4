from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from .accounts import Account
from .users import User


class ReadingDayChangeQuerySet(models.QuerySet["ReadingDayChange"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Changes of the accounts that ``user`` may see."""
        return self.filter(account__in=Account.objects.visible_to(user))


class ReadingDayChange(models.Model):
    """That the meter of an account is read on another day of the month from now on."""

    account = models.ForeignKey(
        Account, models.CASCADE, related_name="reading_day_changes", verbose_name=_("account")
    )
    before = models.PositiveSmallIntegerField(_("day before"))
    after = models.PositiveSmallIntegerField(_("day after"))
    changed_at = models.DateTimeField(_("changed at"))
    read_on = models.DateField(_("first reading by the new day"))

    objects = ReadingDayChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of the reading day")
        verbose_name_plural = _("changes of reading days")
        indexes = [models.Index(fields=["read_on"], name="reading_change_by_day")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
