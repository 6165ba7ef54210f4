"""The same file from many hands in the same second is one load."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from customers.models import Load
from customers.services import loads
from customers.services.loads import files
from portal.tests.imports.listed import bad_file

HANDS = 8


@bad_file("f31")
@pytest.mark.django_db(transaction=True)
def test_one_of_many_at_once_makes_it_and_the_others_find_it(loads_apart: Path) -> None:
    together = Barrier(HANDS)

    def bring(_hand: int) -> tuple[int, bool]:
        try:
            kept = files.keep([b"the same"])
            together.wait(timeout=30)
            load, is_new = loads.take(
                kind="payments", name="x.csv", kept=kept, source="desk", at=timezone.now()
            )
            return load.pk, is_new
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as hands:
        found = list(hands.map(bring, range(HANDS)))
    assert Load.objects.count() == 1
    assert len({pk for pk, _new in found}) == 1
    assert [new for _pk, new in found].count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_one_of_many_confirmations_at_once_counts(loads_apart: Path) -> None:
    load, _new = loads.take(
        kind="payments", name="x.csv", kept=files.keep([b"x"]), source="inbox", at=timezone.now()
    )
    Load.objects.filter(pk=load.pk).update(state="previewed", previewed_at=timezone.now())
    together = Barrier(HANDS)

    def confirm(_hand: int) -> bool:
        try:
            together.wait(timeout=30)
            loads.confirm(load=load, by=None, at=timezone.now())
        except loads.NotNow:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(HANDS) as hands:
        assert sorted(hands.map(confirm, range(HANDS))) == [False] * (HANDS - 1) + [True]
    load.refresh_from_db()
    assert load.state == "applying"
