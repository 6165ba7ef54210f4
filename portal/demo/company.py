"""The demo company: the sample files, the people who sign in, and a few arrangements."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet

from billing.models import Bill, PaymentFeed
from billing.services import fees, supply_stops
from customers.models import (
    Account,
    AccountLink,
    Arrangement,
    ContactPoint,
    Load,
    OperatingUnit,
    User,
)
from customers.services import arrangements
from customers.services.arrangements import Terms
from customers.services.loads import at_once
from notifications.models import QuietHours, ThresholdPassing
from notifications.services import cutovers, outages, planning, thresholds, trials
from portal.demo import cases, reach
from portal.demo.logins import AGENT, CUSTOMER, SUPERVISOR, Login
from portal.lib.columns import Row
from portal.lib.importing import resource_of
from portal.lib.periods import LOCAL, local_day

DATA = Path(__file__).parent / "data"
FILES = {
    "units": "don-vi.csv",
    "accounts": "khach-hang.xlsx",
    "reads": "chi-so-ngay.csv",
    "bills": "hoa-don-2026-10.xlsx",
    "payments": "thanh-toan-2026-11.csv",
    "outages": "lich-ngung-dien.xlsx",
}
# Beside the others: it says something only of accounts with an auto-debit.
DEBITS = "trich-no-2026-11.csv"
DEBTORS = ("PE15010001262", "PB04030001286", "PE16000001307")
# The files were exported on this morning.
EXPORTED_AT = datetime(2026, 11, 24, 7, tzinfo=LOCAL)

BILLED = date(2026, 10, 1)
HOME, MOTHERS_HOME = "PB15040001000", "PB15010001004"
ELDERLY_BORN_UNTIL = 1956
SMS_KEPT = 25
STILL_LATE = 20
DEBITED_FOR = timedelta(days=40)
DAYS_TO_PAY = 7
WATCHED_KWH = 100
BY_SMS = ("PE19", "PE08", "PB16")
"""Companies whose bills still go by SMS without an agreement."""


def load(*, at: datetime) -> Iterator[Load]:
    """Load everything into an empty database, and plan who is told of the bills.

    Yields the load of each file.
    """
    for kind in ("units", "accounts"):
        yield load_file(kind, FILES[kind])
    with transaction.atomic():
        people = add_people(at=at)
        arrange(by=people[AGENT.role], approver=people[SUPERVISOR.role], at=at)
    # The others end it by a cut-over; these still tell bills as before.
    OperatingUnit.objects.filter(code__in=BY_SMS).update(bills_by_sms=True)
    for kind in ("reads", "bills", "payments", "outages"):
        yield load_file(kind, FILES[kind])
    let_debit(by=people[AGENT.role], approver=people[SUPERVISOR.role])
    # What the bank says, one debited, two refused, is news of today; half of its rows are odd.
    yield load_file("debits", DEBITS, at=at, released_by=people[SUPERVISOR.role])
    # However old the file is: reminders and stops of supply are part of the demo.
    PaymentFeed.objects.update(known_until=at)
    bill_anew(on=local_day(at))
    never_be_quiet(on=local_day(at))
    charge(at=at)
    interrupt(by=people[AGENT.role], at=at)
    # Now, however old the files are: whoever starts the demo watches the notices go out.
    planning.plan_bills(month=BILLED, at=at)
    watch_use(people[CUSTOMER.role], at=at)
    threaten(by=people[SUPERVISOR.role], at=at)
    cut_over(by=people[AGENT.role], at=at)
    ask_us(people, at=at)
    reach.make_up(at=at)


def ask_us(people: dict[str, User], *, at: datetime) -> None:
    """Requests of the customer and of others, for the agent to work off."""
    home, mothers = (Account.objects.get(number=number) for number in (HOME, MOTHERS_HOME))
    customer, agent = people[CUSTOMER.role], people[AGENT.role]
    cases.ask_some(customer=customer, home=home, mothers=mothers, agent=agent, at=at)


def cut_over(*, by: User, at: datetime) -> None:
    """A cut-over that waits for the supervisor, worked out on the bills of a moment ago."""
    units = list(OperatingUnit.objects.filter(code=BY_SMS[0]))
    later = at + timedelta(seconds=1)
    cutovers.plan(units=units, starts_on=local_day(at) + timedelta(days=14), by=by, at=later)
    trials.work(at=later)


def bill_anew(*, on: date) -> None:
    """Bills nobody has paid are of today, and due in days to come; some stay late.

    The files are of one autumn: without it, whoever starts the demo would be told today of a bill
    that had to be paid long ago.
    """
    unpaid = Bill.objects.unpaid()
    late = unpaid.exclude(account__number__in=[HOME, MOTHERS_HOME]).order_by("pk")[:STILL_LATE]
    unpaid.exclude(pk__in=list(late.values_list("pk", flat=True))).update(
        issued_on=on, due_on=on + timedelta(days=DAYS_TO_PAY)
    )


def watch_use(customer: User, *, at: datetime) -> None:
    """A threshold of the customer's at home that November has passed."""
    home = Account.objects.get(number=HOME)
    thresholds.choose(account=home, amount=WATCHED_KWH, by=customer, at=at)
    # By the reads as on the day of their export, and found just now.
    thresholds.note_passed(at=EXPORTED_AT)
    ThresholdPassing.objects.update(found_at=at)
    planning.plan_thresholds(at=at)


def never_be_quiet(*, on: date) -> None:
    """Whoever starts the demo at night watches the notices go out, too."""
    QuietHours.objects.update_or_create(starts_on=on, defaults={"begins": time(0), "ends": time(0)})


def charge(*, at: datetime) -> None:
    """A service fee of the customer's home."""
    fee = {
        "reference": "PDV2026-0101",
        "number": HOME,
        "what": "Di dời công tơ theo yêu cầu",
        "amount": 385_000,
        "due_on": local_day(at) + timedelta(days=14),
    }
    fees.load(rows=[Row(1, fee)], at=at)


def interrupt(*, by: User, at: datetime) -> None:
    """An outage to come at the customer's home, and one under way at their mother's."""
    company = OperatingUnit.objects.get(code="PB15")
    morning = (at + timedelta(days=6)).astimezone(LOCAL).replace(hour=8, minute=0, second=0)
    outages.load(
        rows=[
            Row(
                1,
                {
                    "code": "LNC2000",
                    "unit": company.code,
                    "area": "Xã Củ Chi",
                    "starts_at": morning,
                    "ends_at": morning + timedelta(hours=3, minutes=30),
                    "reason": "Bảo trì lưới điện",
                },
            )
        ],
        at=at,
    )
    found = outages.Report(
        unit=company,
        area="Phường Bến Cát: Tỉnh lộ 8; Phường Vũng Tàu",
        starts_at=at - timedelta(minutes=20),
        ends_at=at + timedelta(hours=2),
        reason="Cây ngã vào đường dây",
    )
    outages.report(found=found, by=by, at=at)


def threaten(*, by: User, at: datetime) -> None:
    """A stop of supply in three days for the oldest unpaid bill; the guard says what holds it."""
    overdue = supply_stops.candidates(user=by, at=at)
    overdue = overdue.exclude(account__number__in=[HOME, MOTHERS_HOME])
    bills = list(overdue.order_by("due_on", "pk").values_list("pk", flat=True)[:1])
    supply_stops.plan(bills=bills, cut_at=at + timedelta(days=3), by=by, at=at)


def load_file(
    kind: str, name: str, *, at: datetime = EXPORTED_AT, released_by: User | None = None
) -> Load:
    """Load one sample file, if nothing else is said as on the day of its export.

    :param released_by: who lets it in, where it is unusual
    """
    found = at_once.load(
        resource=resource_of(kind), name=name, pieces=[(DATA / name).read_bytes()],
        clock=lambda: at, again=True, released_by=released_by,
    )  # fmt: skip
    if found.state != Load.State.DONE:
        raise RuntimeError(f"{name} is {found.state}: {found.why} {found.report.get('doubts')}")
    return found


def let_debit(*, by: User, approver: User) -> None:
    """Three auto-debits that began before the bank's file."""
    since = EXPORTED_AT - DEBITED_FOR
    for account in Account.objects.filter(number__in=DEBTORS).order_by("pk"):
        asked = ask_for_approval(account, by=by, at=since)
        arrangements.approve(arrangement=asked, by=approver, at=since)


def add_people(*, at: datetime) -> dict[str, User]:
    """The three logins, by role; the customer sees two addresses."""
    customer = add_login(CUSTOMER, name="Trần Kim Khánh")
    link(customer, HOME, AccountLink.Role.HOLDER, "Nhà mình")
    link(customer, MOTHERS_HOME, AccountLink.Role.RELATIVE, "Nhà mẹ")
    # The demo has no login for a data operator: its agent loads files as well.
    agent = add_login(AGENT, "agent", "operator", name="Điện thoại viên")
    supervisor = add_login(SUPERVISOR, "supervisor", name="Giám sát viên")
    return {CUSTOMER.role: customer, AGENT.role: agent, SUPERVISOR.role: supervisor}


def add_login(login: Login, *groups: str, name: str) -> User:
    """One login with a verified e-mail address; staff where it has a group."""
    user = User.objects.create_user(login.email, login.password, name=name, is_staff=bool(groups))
    user.groups.set(Group.objects.filter(name__in=groups))
    EmailAddress.objects.create(user=user, email=login.email, verified=True, primary=True)
    if login.is_staff:
        TOTP.activate(user, generate_totp_secret())
    return user


def link(user: User, number: str, role: str, nickname: str) -> None:
    """Let ``user`` see an account of the sample file."""
    AccountLink.objects.create(
        user=user,
        account=Account.objects.get(number=number),
        role=role,
        rights=sorted(AccountLink.USUAL[AccountLink.Role(role)]),
        proof=AccountLink.Proof.CONTACT,
        nickname=nickname,
    )


def arrange(*, by: User, approver: User, at: datetime) -> None:
    """One arrangement of each kind, and SMS kept for some of the elderly without another way."""
    elderly = list(without_new_channels()[: SMS_KEPT + 4])
    for number, account in enumerate(elderly[:SMS_KEPT], start=1):
        kept = arrangements.request_sms_retention(
            account=account,
            terms=terms(at, f"CG-{number:04d}"),
            phone=account.contacts.get(kind=ContactPoint.Kind.PHONE).value,
            why_no_auto_debit="Không có tài khoản ngân hàng",
            why_no_month_end="Vẫn cần báo số tiền",
            why_no_relative="Sống một mình",
            by=by,
            at=at,
        )
        arrangements.approve(arrangement=kept, by=approver, at=at)
    for account in elderly[SMS_KEPT:-1]:
        arrangements.request_month_end_reading(
            account=account, terms=terms(at, "CG-0101"), by=by, at=at
        )
    ask_for_approval(elderly[-1], by=by, at=at)


def ask_for_approval(account: Account, *, by: User, at: datetime) -> Arrangement:
    """What a supervisor finds waiting on the first morning."""
    return arrangements.request_auto_debit(
        account=account,
        terms=terms(at, "CG-0102"),
        bank="Vietcombank",
        bank_holder=account.holder_name,
        bank_account="0071001234567",
        by=by,
        at=at,
    )


def without_new_channels() -> QuerySet[Account]:
    """Old holders with a phone and nothing else, by number."""
    others = ContactPoint.objects.exclude(kind=ContactPoint.Kind.PHONE)
    return (
        Account.objects.filter(
            holder_born_in__lte=ELDERLY_BORN_UNTIL,
            has_app=False,
            contacts__kind=ContactPoint.Kind.PHONE,
        )
        .exclude(pk__in=others.values("account"))
        .exclude(number__in=DEBTORS)
        .order_by("pk")
    )


def terms(at: datetime, reference: str) -> Terms:
    """From today for a year, said by the holder on the phone."""
    today = local_day(at)
    return Terms(starts_on=today, review_on=today + timedelta(days=365), reference=reference)
