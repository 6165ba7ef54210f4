"""Every route that names something × everybody × GET and POST: who can tell it from nothing."""

import logging
import re
from http import HTTPStatus
from urllib.parse import quote

from django.db import transaction
from django.test import TestCase

from portal.tests.matrix import APART, FIXED, OPEN, PEOPLE, SHUT_OUT_OF_THE_DESK
from portal.tests.routes import Route, routes
from portal.tests.world import World

MISSING = (
    "New routes that name something. Say in portal/tests/matrix.py who may open each by GET and "
    "who by POST (the line below says who can tell it from nothing now: check that against what "
    "you mean), or put it into APART with the reason why it belongs to nobody:"
)
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
LOGIN = re.compile(r"/login/")
Answer = tuple[int, str, str]


def naming() -> list[Route]:
    """The routes whose address names something that belongs to somebody."""
    named = [route for route in routes() if route.parameters or "(?P" in route.pattern]
    return [route for route in named if not apart(route)]


def apart(route: Route) -> bool:
    """Whether it is named among those that show nothing of anybody, with the reason."""
    return any(re.fullmatch(pattern, route.pattern) for pattern in APART)


class Matrix:
    """Asks every route as everybody, for what is there and for what is not."""

    def __init__(self) -> None:
        self.world = World()
        self.errors: list[str] = []
        self.not_found: dict[tuple[str, str], Answer] = {}

    def found_by(self, route: Route, method: str) -> frozenset[str]:
        """Who can tell what is there from what is not."""
        real = route.path(**FIXED, **self.world.ids(route))
        unreal = route.path(**FIXED)
        part = route.pattern.split("/")[0]
        people = (who for who in PEOPLE if part != "desk" or who not in SHUT_OUT_OF_THE_DESK)
        return frozenset(who for who in people if self.tells(who, method, real, unreal, part))

    def tells(self, who: str, method: str, real: str, unreal: str, part: str) -> bool:
        """Whether this person's answer is another than for what is not there."""
        answer = self.ask(who, method, real)
        status, location, _body = answer
        if status == HTTPStatus.METHOD_NOT_ALLOWED or LOGIN.search(location):
            return False
        if status == HTTPStatus.NOT_FOUND and answer == self.not_found.get((who, part)):
            return False
        other = self.ask(who, method, unreal)
        if other[0] == HTTPStatus.NOT_FOUND:
            self.not_found[who, part] = other
        return answer != other

    def ask(self, who: str, method: str, path: str) -> Answer:
        """Status, address and body of the answer, without what was asked; nothing is kept."""
        with transaction.atomic():
            answer = getattr(self.world.client(who), method.lower())(path)
            transaction.set_rollback(True)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.errors.append(f"{who} {method} {path}: {answer.status_code}")
        if who == "nobody" and answer.status_code < HTTPStatus.MULTIPLE_CHOICES:
            self.errors.append(f"{who} {method} {path}: {answer.status_code}")
        body = b"".join(answer) if answer.streaming else answer.content
        return (
            answer.status_code,
            self.without(answer.headers.get("Location", ""), path),
            self.without(body.decode(errors="replace"), path),
        )

    def without(self, text: str, path: str) -> str:
        """The text but for what was asked, and the random mask of the form's token."""
        for asked in (path, quote(path, safe=""), quote(path), *self.names(path)):
            text = text.replace(asked, "…")
        return TOKEN.sub("", text)

    def names(self, path: str) -> list[str]:
        return [part for part in path.split("/") if len(part) > 6]


class MatrixTests(TestCase):
    maxDiff = None

    def setUp(self) -> None:
        # Nobody reads the lines of two thousand refusals.
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    def test_names_every_route(self):
        missing = [route for route in naming() if route.pattern not in OPEN]
        matrix = Matrix() if missing else None
        lines = [_line(matrix, route) for route in missing]
        self.assertEqual(lines, [], "\n".join([MISSING, *lines]))

    def test_names_no_route_that_is_gone(self):
        there = {route.pattern for route in routes()}
        self.assertEqual(set(OPEN) - there, set())
        idle = [p for p in APART if not any(re.fullmatch(p, pattern) for pattern in there)]
        self.assertEqual(idle, [])

    def test_opens_to_whom_it_is_declared_to_and_shows_everybody_else_nothing(self):
        matrix, findings = Matrix(), []
        for route in naming():
            for method, declared in OPEN.get(route.pattern, {}).items():
                found = matrix.found_by(route, method)
                if too_many := found - declared:
                    findings.append(f"{method} {route.pattern}: open to {sorted(too_many)}")
                if too_few := declared - found:
                    findings.append(f"{method} {route.pattern}: shut to {sorted(too_few)}")
        self.assertEqual(findings + matrix.errors, [])


def _line(matrix: Matrix | None, route: Route) -> str:
    assert matrix is not None
    by = {method: " ".join(sorted(matrix.found_by(route, method))) for method in ("GET", "POST")}
    return f'"{route.pattern}": by("{by["GET"]}", "{by["POST"]}"),'
