"""What stands between the right password or code and being signed in."""

from typing import Any

from allauth.account import stages as stock
from allauth.account.utils import has_verified_email


class VerifyPhone(stock.PhoneVerificationStage):
    """A number is proved where somebody signs up by it, not where they come by another way."""

    def handle(self) -> Any:
        return super().handle() if self.login.signup else (None, True)


class VerifyEmail(stock.EmailVerificationStage):
    """One proved address is enough, unless the person came by the other one."""

    def handle(self) -> Any:
        user = self.login.user
        came_by_phone = user and not self.login.email and user.phone_verified_at
        if came_by_phone or (user and has_verified_email(user, self.login.email)):
            return None, True
        return super().handle()
