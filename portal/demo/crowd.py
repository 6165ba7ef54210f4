"""A crowd of any size, for measuring: copies of one account, made by the database itself.

Everybody in it has a name, a street and a bill of the demo's month. Names are as common as in the
city, and without accents. Of those with an odd number the phone is told by SMS, by an agreement in
force; the others by Zalo.
"""

from collections.abc import Mapping

from django.db import connection, models, transaction
from psycopg import sql

from billing.models import Bill
from customers.models import Account, Arrangement, ContactPoint, SmsRetention
from portal.demo.company import BILLED

MEMBERS = 10_000_000  # keys and customer codes of a crowd begin here
ODD, EVERYBODY = sql.SQL("n & 1 = 1"), sql.SQL("true")
ID = "%(from)s + n"
NUMBER = "'PE99' || lpad(n::text, 9, '0')"

FAMILIES = (
    "nguyen " * 8 + "tran tran le le pham huynh hoang vo vu phan truong bui dang do ngo ho ly"
)
MIDDLES = "thi thi thi thi van van van duc minh ngoc thanh huu quoc kim thu my xuan hong anh"
GIVEN = (
    "an binh chi dung em giang hanh hoa hung hue khanh lan linh long mai minh nam nga ngoc nhung"
    " oanh phuc phuong quan quang son tam tai thao thanh thu thuy trang trinh truc tu tuan tuyet"
    " van yen"
)
STREETS = (
    "le loi,nguyen trai,nguyen hue,tran hung dao,le van sy,vo van tan,dien bien phu,pham van dong,"
    "quoc lo 13,ly thuong kiet,hai ba trung,nguyen thi minh khai,phan xich long,truong chinh,au co"
)


def _one_of(names: str, *, by: int, between: str = " ") -> str:
    """One of ``names``, as good as at random for each ``n``, and another one for each ``by``."""
    count = len(names.split(between))
    return f"split_part('{names}', '{between}', 1 + abs(hashint4(n::int + {by})) %% {count})"


NAME = " || ' ' || ".join([_one_of(FAMILIES, by=1), _one_of(MIDDLES, by=2), _one_of(GIVEN, by=3)])
ADDRESS = f"abs(hashint4(n::int + 4)) %% 900 || ' ' || {_one_of(STREETS, by=5, between=',')}"


@transaction.atomic
def gather(*, accounts: int, first: int = 1) -> None:
    """Make so many accounts, numbered from ``first`` on, in a database with the demo company."""
    bill = Bill.objects.filter(month=BILLED, paid_at=None)
    kept = SmsRetention.objects.filter(state=Arrangement.State.IN_FORCE)
    bill_of = bill.earliest("pk")
    retention = kept.earliest("pk")
    span = (first, first + accounts - 1)
    _copy(
        Account,
        bill_of.account_id,
        {
            "id": ID,
            "number": NUMBER,
            "has_app": "false",
            "holder_name": NAME,
            "address": ADDRESS,
            "search_text": f"lower({NUMBER}) || ' ' || {NAME} || ' ' || {ADDRESS}",
        },
        span,
    )
    contact = {
        "id": ID,
        "account_id": ID,
        "kind": "CASE n & 1 WHEN 1 THEN 'phone' ELSE 'zalo' END",
        "value": "'+8491' || lpad(n::text, 7, '0')",
        "owner": "'holder'",
        "suspended_at": "NULL",
        "suspended_why": "''",
    }
    _copy(ContactPoint, retention.contact_id, contact, span)
    _copy(Bill, bill_of.pk, {"id": ID, "account_id": ID}, span)
    _copy(Arrangement, retention.pk, {"id": ID, "account_id": ID}, span, where=ODD)
    own = {"arrangement_ptr_id": ID, "contact_id": ID}
    _copy(SmsRetention, retention.pk, own, span, where=ODD)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy(
    model: type[models.Model],
    source: int | None,
    changes: Mapping[str, str],
    span: tuple[int, int],
    *,
    where: sql.SQL = EVERYBODY,
) -> None:
    """Copy the row ``source`` once for each number of ``span``, other values here and there."""
    columns = [str(f.column) for f in model._meta.local_concrete_fields if not f.generated]
    values = [
        sql.SQL(changes[name].replace("%(from)s", str(MEMBERS)))
        if name in changes
        else sql.SQL("s.{}").format(sql.Identifier(name))
        for name in columns
    ]
    statement = sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {values}"
        " FROM {table} s, generate_series(%s, %s) n WHERE s.{key} = %s AND {where}"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        values=sql.SQL(", ").join(values),
        key=sql.Identifier(columns[0]),
        where=where,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*span, source])
