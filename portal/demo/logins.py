"""The people who can sign in to the demo: printed by `make run`, made by `load_demo`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Login:
    """A demo login; its password is no secret and is never set outside the demo."""

    role: str
    email: str
    password: str


CUSTOMER = Login("customer", "khach@example.vn", "xem-thu-khach-hang")
AGENT = Login("agent", "tongdai@example.vn", "xem-thu-tong-dai")
SUPERVISOR = Login("supervisor", "giamsat@example.vn", "xem-thu-giam-sat")
LOGINS = (CUSTOMER, AGENT, SUPERVISOR)
