"""What callers agree to, as keyword arguments of the services: whole, and true at NOON."""

from datetime import date, datetime, timedelta
from typing import Any

from customers.models import Account, Arrangement, User
from customers.services import arrangements
from customers.tests.factories import NOON, an_account

TODAY = date(2026, 11, 2)
PHONE = "+84903123456"


def terms(**fields: Any) -> arrangements.Terms:
    """From today, reviewed in a year, said by the holder in a call."""
    return arrangements.Terms(
        **{
            "starts_on": TODAY,
            "review_on": TODAY + timedelta(days=365),
            "reference": "CG000001",
            **fields,
        }
    )


DETAILS: dict[str, dict[str, Any]] = {
    Arrangement.Kind.AUTO_DEBIT: {
        "bank": "Vietcombank",
        "bank_holder": "NGUYEN THI HANH",
        "bank_account": "0011001234567",
    },
    Arrangement.Kind.MONTH_END_READING: {},
    Arrangement.Kind.RELATIVE_CONTACT: {
        "relative_name": "Nguyễn Văn Bình",
        "relation": "child",
        "contact_kind": "zalo",
        "address": "0903 123 456",
        "agreed": True,
    },
    Arrangement.Kind.SMS_RETENTION: {
        "phone": "0903.123.456",
        "why_no_auto_debit": "không có tài khoản ngân hàng",
        "why_no_month_end": "lương hưu nhận giữa tháng",
        "why_no_relative": "sống một mình",
    },
}


def request(
    kind: str,
    *,
    by: User,
    account: Account | None = None,
    at: datetime = NOON,
    terms_: arrangements.Terms | None = None,
    **details: Any,
) -> Arrangement:
    """Ask for an arrangement of this kind; ``details`` change what the caller answered."""
    verb = getattr(arrangements, f"request_{kind}")
    requested: Arrangement = verb(
        account=account or an_account(),
        terms=terms_ or terms(),
        by=by,
        at=at,
        **{**DETAILS[kind], **details},
    )
    if kind == Arrangement.Kind.RELATIVE_CONTACT:
        confirm(requested, by=by, at=at)
    return requested


def confirm(requested: Arrangement, *, by: User, at: datetime = NOON) -> None:
    """Let the relative name the code that was sent to them."""
    code = arrangements.new_relative_code(arrangement=requested, at=at)
    arrangements.confirm_relative(arrangement=requested, code=code, by=by, at=at)
    requested.refresh_from_db()
