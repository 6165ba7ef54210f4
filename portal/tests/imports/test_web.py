"""Bad files over HTTP: names, types, aborted and overlarge bodies, confirmations out of turn."""

import http.client
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from billing.models import Payment
from customers.models import Load, StaffRole
from customers.services import loads
from customers.services.loads import files
from customers.tests.factories import a_member, an_account
from portal.tests.lib.files import xlsx
from portal.tests.test_import_admin import HEADINGS, UPLOAD, AtDesk

from .listed import bad_file

MIB = 2**20
BORDER = "ranh-gioi"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NameTests(AtDesk):
    @bad_file("f26")
    def test_is_only_shown(self) -> None:
        for number, (name, shown) in enumerate(
            (
                ("../../../app/settings.py", "settings.py"),
                ("a" * 300 + ".xlsx", "a" * 100),
                ("hoá đơn tháng 11 (1).xlsx", "hoá đơn tháng 11 (1).xlsx"),
                ("x.xlsx\x00.exe", "x.xlsx"),
                ("<b>đậm</b>.csv", "&lt;b&gt;"),
            )
        ):
            load = self.upload(self.file(self.good(f"GD{number}"), name=name))
            self.assertLessEqual(len(load.name), 120)
            self.assertTrue((self.folder / load.sha256).exists())
            page = self.page(load)
            self.assertNotContains(page, "\x00")
            self.assertNotContains(page, "<b>đậm")
            if "<" not in name:
                self.assertIn(shown, load.name)
        kept = {path.name for path in self.folder.iterdir()}
        self.assertEqual(kept, set(Load.objects.values_list("sha256", flat=True)))


class TypeTests(AtDesk):
    @bad_file("f05", "f28")
    def test_is_told_by_what_the_file_holds(self) -> None:
        for number, kind in enumerate(("text/html", "", "application/x-msdownload")):
            content = xlsx(HEADINGS.split(","), self.good(f"GD{number}").split(","))
            load = self.upload(SimpleUploadedFile("x.html", content, content_type=kind))
            self.work()
            load.refresh_from_db()
            self.assertEqual((load.state, load.created), ("previewed", 1), load.why)
            loads.cancel(load=load, why="", by=None, at=timezone.now())


class ConfirmationTests(AtDesk):
    @bad_file("f37")
    def test_by_another_or_of_another_load_applies_nothing(self) -> None:
        mine = self.preview(self.good())
        other = Client()
        other.force_login(a_member(StaffRole.OPERATOR))
        self.act(mine, "confirm", client=other)
        self.work()
        mine.pk += 1_000
        self.assertEqual(self.act(mine, "confirm").status_code, 404)
        self.work()
        self.assertFalse(Payment.objects.exists())

    @bad_file("f38")
    def test_a_day_later_asks_to_check_again(self) -> None:
        load = self.preview(self.good())
        at = timezone.now() - timedelta(hours=25)
        Load.objects.filter(pk=load.pk).update(previewed_at=at)
        answer = self.act(load, "confirm")
        self.assertEqual(answer.status_code, 200)
        self.work()
        self.assertFalse(Payment.objects.exists())
        self.act(load, "check")
        self.work()
        self.act(load, "confirm")
        self.work()
        self.assertEqual(Payment.objects.count(), 1)


@pytest.fixture
def desk(live_server: Any, loads_apart: Path, settings: Any) -> tuple[str, dict[str, str]]:
    """Where the running site listens, and what the browser of an operator sends along."""
    settings.DEBUG = False
    client = Client()
    client.force_login(a_member(StaffRole.OPERATOR))
    an_account()
    client.get(UPLOAD)
    cookies = {name: one.value for name, one in client.cookies.items()}
    token = cookies[configured.CSRF_COOKIE_NAME]
    return urlsplit(live_server.url).netloc, {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "X-CSRFToken": token,
        "Content-Type": f"multipart/form-data; boundary={BORDER}",
    }


def body(pieces: int) -> Iterator[bytes]:
    """A form with one long CSV file, piece by piece, each of one MiB."""
    yield (
        f'--{BORDER}\r\nContent-Disposition: form-data; name="import_file"; filename="x.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{HEADINGS}\n"
    ).encode()
    line = b"PE01000000001,10/2026,1,2026-11-04 12:17,Ngan hang,GD0001\n"
    whole = line * (MIB // len(line)) + b"\n" * (MIB % len(line))
    for _number in range(pieces):
        yield whole
    yield f"\r\n--{BORDER}--\r\n".encode()


def told(answer: http.client.HTTPResponse) -> str:
    """The cookies of an answer, with the message for the next page among them."""
    return "; ".join(one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie") or ())


@bad_file("f32")
@pytest.mark.django_db(transaction=True)
def test_a_body_over_the_limit_is_refused_and_takes_no_memory(
    desk: tuple[str, dict[str, str]], loads_apart: Path
) -> None:
    host, headers = desk
    length = sum(map(len, body(60)))
    line = http.client.HTTPConnection(host, timeout=120)
    before = psutil.Process().memory_info().rss
    line.request("POST", UPLOAD, body(60), headers | {"Content-Length": str(length)})
    answer = line.getresponse()
    answer.read()
    assert (answer.status, answer.getheader("Location")) == (302, UPLOAD)
    line.request("GET", UPLOAD, headers={"Cookie": f"{headers['Cookie']}; {told(answer)}"})
    assert "50 MiB" in line.getresponse().read().decode()
    line.close()
    assert psutil.Process().memory_info().rss - before < 25 * MIB
    assert not Load.objects.exists()
    assert list(loads_apart.iterdir()) == []


@bad_file("f35")
@pytest.mark.django_db(transaction=True)
def test_a_body_that_ends_early_leaves_nothing(
    desk: tuple[str, dict[str, str]], loads_apart: Path
) -> None:
    host, headers = desk
    pieces = list(body(10))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST {UPLOAD} HTTP/1.1\r\nHost: {host}\r\n{lines}"
    name, _, port = host.rpartition(":")
    with socket.create_connection((name, int(port)), timeout=60) as line:
        line.sendall(f"{head}Content-Length: {sum(map(len, pieces))}\r\n\r\n".encode())
        for piece in pieces[:10]:
            line.sendall(piece)
        line.shutdown(socket.SHUT_WR)
        line.recv(100)
    assert not Load.objects.exists()
    loads.tidy(at=timezone.now())
    assert [p.name for p in loads_apart.iterdir() if not p.name.startswith(files.PARTIAL)] == []
    assert not Load.objects.exists()
