"""Who a session belongs to, and how large their pages are: one query, not two."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.utils import timezone

from customers.models import User
from customers.services import needs


class Backend(AuthenticationBackend):
    """allauth's, whose login also says whether they read in large print (``reads_large``)."""

    def get_user(self, user_id: Any) -> User | None:
        logins = User.objects.annotate(reads_large=needs.reads_large(at=timezone.now()))
        user = logins.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
