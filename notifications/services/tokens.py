"""Zalo's token pair, kept sealed and shared by all workers; refreshed by one at a time."""

import asyncio
from datetime import UTC, datetime, timedelta

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from notifications.channels import Misconfigured, Unavailable
from notifications.channels.http import open_session
from notifications.channels.zalo import TokenPair, refresh_tokens
from notifications.models import ProviderToken

PROVIDER = "zalo"
# A refresh that takes longer is given up; its lease ends a little later.
DEADLINE = 10.0
LEASE = timedelta(seconds=15)
LOOK_AGAIN = 0.2


class ZaloTokens:
    """The token source of the Zalo adapter.

    The refresh token works once, so a refresh is leased, made, and saved before its use; no row is
    locked meanwhile. A new installation starts from the pair in its settings.
    """

    async def get(self) -> str:
        """The access token in force.

        :raises Misconfigured: neither the database nor the settings have a pair
        """
        return str((await sync_to_async(_stored)()).access)

    async def refresh(self, *, stale: str) -> str:
        """A token newer than ``stale``: of whoever was faster, else out of a refresh of our own."""
        ends_at = asyncio.get_running_loop().time() + DEADLINE
        while asyncio.get_running_loop().time() < ends_at:
            token = await sync_to_async(_stored)()
            if token.access != stale:
                return str(token.access)
            if await sync_to_async(_lease)():
                return await self._refreshed(str(token.refresh))
            await asyncio.sleep(LOOK_AGAIN)
        raise Unavailable("another worker is still refreshing the token")

    async def _refreshed(self, refresh_token: str) -> str:
        try:
            async with open_session() as session:
                pair = await refresh_tokens(
                    session,
                    app_id=settings.ZALO["APP_ID"],
                    secret_key=settings.ZALO["SECRET_KEY"],
                    refresh_token=refresh_token,
                    ends_at=asyncio.get_running_loop().time() + DEADLINE,
                    url=settings.ZALO["TOKEN_URL"],
                )
        except Unavailable:
            await sync_to_async(_release)()
            raise
        await sync_to_async(_save)(pair)
        return pair.access_token


def _stored() -> ProviderToken:
    token = ProviderToken.objects.filter(provider=PROVIDER).first()
    return token or _first()


def _first() -> ProviderToken:
    """The pair that an administrator got by authorising the application."""
    access, refresh = settings.ZALO["ACCESS_TOKEN"], settings.ZALO["REFRESH_TOKEN"]
    if not access or not refresh:
        raise Misconfigured("no token pair: authorise the application")
    token, _ = ProviderToken.objects.get_or_create(
        provider=PROVIDER,
        defaults={"access": access, "refresh": refresh, "refreshed_at": datetime.now(UTC)},
    )
    return token


def _lease() -> bool:
    """Whether the refresh is ours to make."""
    free = Q(lease_until=None) | Q(lease_until__lte=Now())
    mine = ProviderToken.objects.filter(free, provider=PROVIDER).update(lease_until=Now() + LEASE)
    return bool(mine)


def _release() -> None:
    ProviderToken.objects.filter(provider=PROVIDER).update(lease_until=None)


def _save(pair: TokenPair) -> None:
    ProviderToken.objects.filter(provider=PROVIDER).update(
        access=pair.access_token,
        refresh=pair.refresh_token,
        refreshed_at=Now(),
        lease_until=None,
    )
