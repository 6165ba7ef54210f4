"""Who on the staff may do what: declared here, written to the groups after every migration."""

from collections.abc import Iterable

from django.apps import AppConfig
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models.signals import post_migrate

from customers.models import StaffRole

DESK = frozenset(
    {
        "customers.view_account",
        "customers.view_accountlink",
        "customers.view_contactpoint",
        "customers.view_meter",
        "customers.view_operatingunit",
        "customers.view_registration",
        "customers.view_arrangement",
        "customers.view_case",
        "customers.view_contactcheck",
        "customers.view_workitem",
        "billing.view_bill",
        "billing.view_payment",
        "billing.view_debit",
        "billing.view_read",
        "billing.view_supplystop",
        "billing.view_servicefee",
        "notifications.view_dispatch",
        "notifications.view_notice",
        "notifications.view_outage",
        "notifications.view_run",
    }
)
RECORD = frozenset(
    {
        "customers.add_arrangement",
        "customers.change_arrangement",
        "customers.add_case",
        "customers.change_case",
        "customers.change_contactcheck",
        "customers.change_workitem",
        # Whoever talks to customers sees what they need; nobody else does.
        "customers.view_need",
        "customers.add_need",
        "customers.change_need",
        "customers.add_linkcheck",
        "customers.add_lettercode",
        "customers.add_consent",
        "notifications.add_telling",
        "customers.add_datarequest",
        "customers.view_datarequest",
        "notifications.record_outage",
    }
)
LOAD = frozenset(
    {
        "customers.add_operatingunit",
        "customers.add_account",
        # Brought by an operator; the second person is one who may decide on arrangements.
        "customers.load_arrangement",
        "customers.add_meter",
        "customers.add_contactpoint",
        "customers.add_registration",
        "billing.add_read",
        "billing.add_bill",
        "billing.add_billcheck",
        "billing.add_payment",
        "billing.add_debit",
        "billing.add_servicefee",
        "notifications.add_outage",
        "customers.view_load",
        "customers.release_load",
        "customers.take_refused_load",
        # Of the two people who look at a run far larger than usual, the first.
        "notifications.check_run",
    }
)
# Who asks for the supply to be cut, and calls that off: the company in charge.
STOP = frozenset({"billing.add_supplystop", "billing.change_supplystop"})
# Who loses which channel by a cut-over, and who can be reached: numbers, of the own company.
PLANNING = frozenset({"notifications.view_cutover", "notifications.view_reachcount"})
# Whoever works through a call list may take it along.
TAKE = frozenset({"customers.take_download"})
# Whole lists about customers: those who answer for them, and those who bring such files.
TAKE_LIST = frozenset({"customers.take_list"})
EVERYWHERE = frozenset({"customers.see_every_company"})
OVERSIGHT = frozenset(
    {
        "customers.view_datarequest",
        "customers.view_download",
        "customers.view_load",
        "customers.view_linkfreeze",
        "customers.view_look",
        "customers.view_lookalarm",
        "customers.view_lostfactor",
        "customers.view_user",
        "customers.view_answertemplate",
        "customers.view_caseterms",
        "customers.view_consenttext",
        "customers.view_contactterms",
        "customers.view_reviewterms",
        "billing.view_paymentterms",
        "billing.view_tariff",
        "billing.view_vatrate",
        "notifications.view_attempt",
        "notifications.view_audience",
        "notifications.view_campaign",
        "notifications.view_receipt",
        "notifications.view_channelstate",
        "notifications.view_channelprice",
        "notifications.view_cutover",
        "notifications.view_halt",
        "notifications.view_kindpolicy",
        "notifications.view_leadtime",
        "notifications.view_quiethours",
        "notifications.view_reachcount",
        "notifications.view_preference",
        "notifications.view_wordingchange",
    }
)
DECIDE = frozenset(
    {
        "customers.decide_arrangement",
        "customers.see_protected",
        "customers.view_protection",
        "customers.add_protection",
        "customers.change_protection",
        "customers.delete_protection",
        "customers.change_lookalarm",
        "customers.change_linkfreeze",
        "customers.decide_lostfactor",
        "customers.approve_download",
        "customers.change_accountlink",
        "customers.change_datarequest",
        "notifications.add_wordingchange",
        "notifications.decide_wordingchange",
        # A case that a company leaves lying.
        "customers.recall_case",
        "customers.add_answertemplate",
        "customers.add_caseterms",
        "customers.change_caseterms",
        "customers.add_consenttext",
        "customers.add_contactterms",
        "customers.change_contactterms",
        "customers.add_reviewterms",
        "customers.change_reviewterms",
        "billing.add_paymentterms",
        "billing.change_paymentterms",
        "billing.override_supplystop",
        "notifications.change_kindpolicy",
        "notifications.add_channelprice",
        "notifications.change_channelprice",
        "notifications.add_leadtime",
        "notifications.change_leadtime",
        "notifications.add_quiethours",
        "notifications.change_quiethours",
        "notifications.change_channelstate",
        "notifications.add_halt",
        "notifications.change_halt",
        "notifications.add_cutover",
        "notifications.approve_cutover",
        "notifications.change_cutover",
        "notifications.release_run",
        "notifications.add_audience",
        "notifications.change_audience",
        "notifications.add_campaign",
        "notifications.change_campaign",
        "notifications.approve_campaign",
        "notifications.stop_campaign",
    }
)


ROLES: dict[str, frozenset[str]] = {
    StaffRole.AGENT: DESK | RECORD | EVERYWHERE,
    StaffRole.OFFICER: DESK | RECORD | STOP | TAKE | PLANNING,
    StaffRole.SUPERVISOR: (
        DESK | RECORD | STOP | LOAD | TAKE | TAKE_LIST | EVERYWHERE | OVERSIGHT | DECIDE
    ),
    StaffRole.OPERATOR: DESK | LOAD | TAKE_LIST | EVERYWHERE,
    StaffRole.AUDITOR: DESK | EVERYWHERE | OVERSIGHT,
}


def connect() -> None:
    """Write the groups whenever the tables of an app are there."""
    post_migrate.connect(_after_migrating, dispatch_uid="portal.site.roles")


def _after_migrating(*, app_config: AppConfig, using: str, **_: object) -> None:
    declared = {name.split(".")[0] for names in ROLES.values() for name in names}
    if app_config.label in declared:
        # Django's own receiver may come after this one; making them twice does no harm.
        create_permissions(app_config, verbosity=0, using=using)
        sync(app_label=app_config.label, using=using)


def sync(*, app_label: str, using: str) -> None:
    """Give each group exactly the permissions on ``app_label`` that its role declares."""
    existing = {
        permission.codename: permission
        for permission in Permission.objects.using(using).filter(content_type__app_label=app_label)
    }
    for role, permissions in ROLES.items():
        group, _made = Group.objects.using(using).get_or_create(name=role)
        _set(group, existing.values(), _of_app(permissions, app_label))


def _of_app(permissions: frozenset[str], app_label: str) -> frozenset[str]:
    names = (permission.split(".", 1) for permission in permissions)
    return frozenset(codename for app, codename in names if app == app_label)


def _set(group: Group, existing: Iterable[Permission], declared: frozenset[str]) -> None:
    group.permissions.remove(*(one for one in existing if one.codename not in declared))
    group.permissions.add(*(one for one in existing if one.codename in declared))
