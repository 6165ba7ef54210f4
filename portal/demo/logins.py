"""The people who can sign in to the demo: printed by `make run`, made by `load_demo`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Login:
    """A demo login; its password is no secret and is never set outside the demo."""

    role: str
    email: str
    password: str
    is_staff: bool = False


CUSTOMER = Login("customer", "khach@example.vn", "xem-thu-khach-hang")
AGENT = Login("agent", "tongdai@example.vn", "xem-thu-tong-dai", is_staff=True)
SUPERVISOR = Login("supervisor", "giamsat@example.vn", "xem-thu-giam-sat", is_staff=True)
LOGINS = (CUSTOMER, AGENT, SUPERVISOR)
SECOND_STEP = "123456"
"""What demo staff type as their second step; see :mod:`portal.demo.second_step`."""
