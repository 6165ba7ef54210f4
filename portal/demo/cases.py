"""What customers of the demo asked: free, taken, waiting for them, answered, and one too late."""

from datetime import datetime, timedelta

from customers.models import Account, Case, CaseKind, User
from customers.services import cases

HOUR = timedelta(hours=1)
CALLS = (
    (CaseKind.OUTAGE, 5, "Cả hẻm mất điện từ sáng sớm, chưa thấy ai đến."),
    (CaseKind.ARRANGEMENT, 20, "Chỉ có điện thoại bàn, muốn con gái nhận thông báo thay."),
    (CaseKind.COMPLAINT, 30, "Người ghi điện để cổng mở khi ra về."),
)


def ask_some(*, customer: User, home: Account, mothers: Account, agent: User, at: datetime) -> None:
    """A few of the customer's own, and calls of others with the hours since they came."""

    def ask(account: Account, kind: str, asked: str, hours: int) -> Case:
        when = at - hours * HOUR
        return cases.ask(account=account, kind=kind, asked=asked, by=customer, at=when)

    ask(home, CaseKind.BILL, "Hóa đơn tháng 10 cao hơn tháng 9 dù nhà tôi đi vắng một tuần.", 2)
    waits = ask(mothers, CaseKind.OUTAGE, "Điện nhà mẹ tôi chập chờn mỗi tối.", 3)
    cases.take(case=waits, by=agent, at=at - 2 * HOUR)
    question = "Xin quý khách cho biết hàng xóm có bị như vậy không?"
    cases.ask_customer(case=waits, text=question, by=agent, at=at - 2 * HOUR)
    done = ask(home, CaseKind.CORRECTION, "Tên đường trên hóa đơn thiếu dấu.", 40)
    cases.take(case=done, by=agent, at=at - 30 * HOUR)
    answer = "Chúng tôi đã sửa tên đường; hóa đơn kỳ tới sẽ in đúng."
    cases.close(case=done, outcome="done", text=answer, by=agent, at=at - 30 * HOUR)
    _call(but=[home, mothers], agent=agent, at=at)


def _call(*, but: list[Account], agent: User, at: datetime) -> None:
    """Other customers on the phone; the last one's is with their company."""
    others = Account.objects.exclude(pk__in=[one.pk for one in but]).order_by("pk")
    for account, (kind, hours, asked) in zip(others[: len(CALLS)], CALLS, strict=False):
        case = cases.record(
            account=account,
            kind=kind,
            via="call",
            from_whom="holder",
            asked=asked,
            reference=f"CG-{hours:04d}",
            by=agent,
            at=at - hours * HOUR,
        )
    cases.take(case=case, by=agent, at=at - HOUR)
    note = "Nhờ công ty gặp người ghi điện."
    cases.hand_over(case=case, to=account.unit, note=note, by=agent, at=at - HOUR)
