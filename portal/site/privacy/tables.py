"""What a table of the register says about itself."""

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _

CONTRACT = _("needed for the contract")
CONSENT = _("your consent, which you can withdraw")
LAW = _("the law asks for it")
SECURITY = _("to protect your data")

WITH_LOGIN = _("as long as the login exists")
WITH_CONTRACT = _("as long as the contract runs, and until you ask for erasure after it")
TEN_YEARS = _("ten years, as the accounting law asks")
TWO_YEARS = _("two years")


@dataclass(frozen=True, slots=True)
class Table:
    """One table with personal data: what stands there, what for, and for how long.

    :param name: of its file in the download
    :param fields: what the person is given
    :param kept_back: what describes a person, too, but is not handed out: sealed, hashed, another's
    :param of_user: the look-up from the table to a login, for what belongs to the login
    :param of_account: the look-up to an account, for what belongs to a contract
    :param since: the column by which a holder sees only what came after moving in
    :param lies_in: the tables in which its rows lie, where it is a view over them
    """

    model: str
    name: str
    what: Any
    why: Any
    basis: Any
    kept: Any
    fields: tuple[str, ...]
    kept_back: tuple[str, ...] = field(default=())
    of_user: str = ""
    of_account: str = ""
    since: str = ""
    lies_in: tuple[str, ...] = field(default=())

    def model_class(self) -> type[models.Model]:
        """The model that is named."""
        return apps.get_model(self.model)

    def everybodys(self) -> models.QuerySet[Any]:
        """All of its rows, whoever they are about."""
        return self.model_class()._default_manager.all()
