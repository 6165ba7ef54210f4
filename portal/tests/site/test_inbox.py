"""The billing system drops a file at night: it is picked up once, and a late one is told of."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from billing.models import Payment
from customers.models import Load, StaffRole
from customers.services import loads
from customers.services.loads import files
from customers.tests.factories import a_member, an_account
from portal.lib.importing import resource_of
from portal.lib.periods import local_day, start_of
from portal.tests.test_import_admin import HEADINGS

pytestmark = pytest.mark.django_db
BAD = "PE99,10/2026,1,2026-11-04 12:17,Ví,GD2"


@pytest.fixture
def inbox(tmp_path: Path, settings: Any) -> Path:
    settings.LOADS_DIR, settings.LOADS_INBOX = str(tmp_path / "loads"), str(tmp_path / "inbox")
    (tmp_path / "inbox" / "payments").mkdir(parents=True)
    return tmp_path / "inbox" / "payments"


def drop(folder: Path, *rows: str, name: str = "dem.csv", age: float = 60) -> Path:
    path = folder / name
    path.write_text("\n".join((HEADINGS, *rows)), encoding="utf-8")
    os.utime(path, (time.time() - age,) * 2)
    return path


def payment(reference: str = "GD1") -> str:
    return f"{an_account().number},10/2026,539633,2026-11-04 12:17,Ngân hàng,{reference}"


def look() -> list[Load]:
    """One round of the command, and of the worker after it."""
    call_command("watch_inbox", stdout=StringIO(), stderr=StringIO())
    while loads.work(resource=resource_of("payments"), clock=timezone.now, seconds=60):
        pass
    return list(Load.objects.order_by("pk"))


def test_a_file_is_loaded_moved_and_picked_up_once(inbox: Path) -> None:
    path = drop(inbox, payment())
    (load,) = look()
    assert (load.state, load.created, load.source) == ("done", 1, "inbox")
    assert not path.exists()
    assert [p.name.endswith("dem.csv") for p in (inbox / "taken").iterdir()] == [True]
    assert look() == [load]


def test_a_file_that_is_dropped_again_changes_nothing(inbox: Path) -> None:
    row = payment()
    drop(inbox, row)
    (load,) = look()
    drop(inbox, row, name="dem-2.csv")
    assert look() == [load]
    assert not list(inbox.glob("*.csv"))


def test_a_file_that_is_still_written_and_a_link_are_left_alone(inbox: Path) -> None:
    drop(inbox, payment(), name="dang-ghi.csv", age=1)
    secret = drop(inbox.parent, payment("GD3"), name="bi-mat.csv")
    (inbox / "link.csv").symlink_to(secret)
    (inbox / ".tam.csv").write_text("x")
    assert look() == []


@pytest.mark.parametrize("name", ["dem.csv.3f9a.partial", "dem.csv.filepart", "dem.PART", "a.tmp"])
def test_a_file_whose_copying_broke_off_waits_for_the_rest(inbox: Path, name: str) -> None:
    path = drop(inbox, payment(), name=name, age=3600)
    assert look() == []
    path.rename(inbox / "dem.csv")
    assert look()[0].state == "done"


def test_an_unusual_file_waits_for_two_people(inbox: Path, client: Any) -> None:
    drop(inbox, payment(), BAD)
    (load,) = look()
    assert load.state == "previewed"
    assert not Payment.objects.exists()
    first, second = a_member(StaffRole.OPERATOR), a_member(StaffRole.SUPERVISOR)
    client.force_login(first)
    assert b"?open=second" in client.get(reverse("admin:index")).content
    loads.confirm(load=load, by=first, at=timezone.now())
    with pytest.raises(loads.SamePerson):
        loads.release(load=load, by=first, at=timezone.now())
    loads.release(load=load, by=second, at=timezone.now())
    assert look()[0].state == "done"


def test_a_file_that_cannot_be_read_is_on_the_first_page(inbox: Path, client: Any) -> None:
    path = drop(inbox)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    os.utime(path, (time.time() - 60,) * 2)
    (load,) = look()
    assert load.state == "refused"
    assert Load.objects.refused_by_itself().get() == load
    drop(inbox, payment(), name="lai.csv")
    look()
    assert not Load.objects.refused_by_itself().exists()


def test_a_late_file_raises_an_alarm_until_it_is_there(inbox: Path, settings: Any) -> None:
    settings.LOADS_EXPECTED = {"payments": "00:00", "reads": "23:59"}
    errors = StringIO()
    call_command("watch_inbox", stdout=StringIO(), stderr=errors)
    assert "payments" in errors.getvalue()
    drop(inbox, payment())
    look()
    midnight = start_of(local_day(timezone.now()))
    assert loads.inbox.missing(at=midnight) == []


def test_a_name_that_is_too_long_or_odd_holds_up_no_other_file(inbox: Path) -> None:
    row = payment()
    names = [b"a" * 245 + b".csv", b"\xff.csv"]
    for number, name in enumerate(names):
        drop(inbox, row.replace("GD1", f"L{number}"), name=os.fsdecode(name))
    drop(inbox, row, name="sau.csv", age=45)
    assert [load.state for load in look()] == ["done"] * 3
    assert not list(inbox.glob("*.csv"))


def test_a_file_that_cannot_be_taken_holds_up_no_other(inbox: Path) -> None:
    drop(inbox, payment(), name="hong.csv")
    drop(inbox, payment("GD2"), name="tot.csv")
    keep = files.keep

    def broken(pieces: Iterator[bytes], **how: bool) -> files.Kept:
        content = b"".join(pieces)
        if b"GD1" in content:
            raise OSError("no room")
        return keep([content], **how)

    with mock.patch.object(files, "keep", broken):
        assert [load.name for load in look()] == ["tot.csv"]
    assert [load.name for load in look()] == ["tot.csv", "hong.csv"]


def test_what_was_picked_up_is_forgotten_with_its_load(inbox: Path) -> None:
    drop(inbox, payment())
    (load,) = look()
    loads.tidy(at=load.made_at + Load.UNDOABLE - timedelta(days=1))
    assert list((inbox / "taken").iterdir())
    loads.tidy(at=load.made_at + Load.UNDOABLE + timedelta(days=1))
    assert list((inbox / "taken").iterdir()) == []
    assert not files.path(load.sha256).exists()


def test_a_file_that_is_brought_again_after_it_was_forgotten_goes_too(inbox: Path) -> None:
    row = payment()
    drop(inbox, row)
    (load,) = look()
    late = load.made_at + Load.UNDOABLE + timedelta(days=1)
    loads.tidy(at=late)
    drop(inbox, row)
    look()
    assert files.path(load.sha256).exists()
    loads.tidy(at=late)
    assert not files.path(load.sha256).exists()


def test_files_in_a_folder_of_no_kind_are_left_and_named(inbox: Path) -> None:
    (inbox.parent / "payment").mkdir()
    (inbox.parent / "empty").mkdir()
    lying = [drop(inbox.parent / "payment", payment()), drop(inbox.parent, payment("GD2"))]
    drop(inbox, payment("GD3"))
    said = StringIO()
    call_command("watch_inbox", stdout=StringIO(), stderr=said)
    assert [line.split(":")[0] for line in said.getvalue().splitlines()] == [".", "payment"]
    assert all(path.exists() for path in lying)


def test_a_folder_that_may_not_be_looked_into_stops_nothing(
    inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox.parent / "lost+found").mkdir()
    real = loads.inbox._waiting

    def waiting(folder: Path) -> Iterator[Path]:
        if folder.name == "lost+found":
            raise PermissionError
        return real(folder)

    monkeypatch.setattr(loads.inbox, "_waiting", waiting)
    assert loads.inbox.left_lying() == []


def test_a_file_that_comes_while_its_load_is_undone_is_loaded(inbox: Path) -> None:
    row = payment()
    drop(inbox, row)
    (load,) = look()
    loads.ask_undo(load=load, by=a_member(StaffRole.OPERATOR), at=timezone.now())
    drop(inbox, row, name="dem-2.csv")
    assert [one.state for one in look()] == ["undone", "done"]
    assert Payment.objects.count() == 1


def test_no_folder_means_none(inbox: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(inbox, payment())
    monkeypatch.chdir(inbox.parent)
    settings.LOADS_INBOX = ""
    assert look() == []
    assert loads.inbox.left_lying() == []


def test_a_file_that_somebody_only_looked_at_is_loaded_when_it_comes_by_itself(inbox: Path) -> None:
    path = drop(inbox, payment())
    operator = a_member(StaffRole.OPERATOR)
    looked_at, _new = loads.bring(
        kind="payments",
        name="dem.csv",
        pieces=[path.read_bytes()],
        source=Load.Source.DESK,
        by=operator,
        at=timezone.now(),
    )
    while loads.work(resource=resource_of("payments"), clock=timezone.now, seconds=60):
        pass
    looked_at.refresh_from_db()
    assert (looked_at.state, Payment.objects.count()) == ("previewed", 0)
    left, loaded = look()
    assert (left.state, loaded.state, Payment.objects.count()) == ("cancelled", "done", 1)
    assert left.why
