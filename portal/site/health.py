"""What a load balancer asks: is the process alive, and may it be sent visitors?"""

from collections.abc import Callable
from functools import cache as once

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nothing of the database: a restart would not mend that."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200, or 503 with the names of the parts that fail and no word more."""
    failing = [name for name, works in PARTS.items() if not _works(works)]
    return JsonResponse({"failing": failing}, status=503 if failing else 200)


def _works(part: Callable[[], bool]) -> bool:
    try:
        return part()
    except Exception:  # whatever a driver raises: the answer is the same
        return False


def database_answers() -> bool:
    """A query comes back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def migrations_applied() -> bool:
    """The database has every migration that this code brings."""
    return _migrations() <= set(MigrationRecorder(connection).applied_migrations())


@once
def _migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def cache_keeps() -> bool:
    """What is put into the cache can be read back."""
    cache.set("ready", 1, timeout=10)
    return bool(cache.get("ready") == 1)


PARTS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_applied,
    "cache": cache_keeps,
}
