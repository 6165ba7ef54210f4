"""What nobody types: no answer is a 500, and no secret reaches a log."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.test import TestCase

from customers.tests.factories import a_link, a_superuser
from portal.lib import logs
from portal.lib.logs import LONGEST, without_personal_data
from portal.tests.routes import routes

# Parts of an address that anybody may know: customer codes are masked by their form, the desk's
# addresses hold words and keys of rows.
OPEN = {"number", "role", "month", "form", "kind"}
ODD = ("abc", "1e5", "-1", "²", "9" * 300, "😀", "1 OR 1=1")


class OddInputTests(TestCase):
    def test_in_the_path_is_no_page(self) -> None:
        self.client.force_login(a_superuser())
        for odd in ODD:
            for path in ("/desk/customers/arrangement/{}/change/", "/notices/{}/", "/accounts/{}/"):
                answer = self.client.get(path.format(odd))
                self.assertIn(answer.status_code, (302, 404), path.format(odd))

    def test_with_a_nul_is_the_fault_of_the_asker(self) -> None:
        self.client.force_login(a_superuser())
        for path in ("/notices/%00/", "/desk/customers/arrangement/?state__exact=%00"):
            self.assertEqual(self.client.get(path).status_code, 400, path)

    def test_in_filters_of_the_desk_never_fails(self) -> None:
        self.client.force_login(a_superuser())
        for odd in ODD:
            query = {"age": "70+", "run__id__exact": odd}
            answer = self.client.get("/desk/notifications/notice/", query)
            self.assertLess(answer.status_code, 500, odd)

    def test_in_the_pages_of_the_api_is_bounded(self) -> None:
        link = a_link()
        self.client.force_login(link.user)
        for query in ("limit=9223372036854775808", "offset=" + "9" * 40, "limit=-1", "limit=x"):
            for name in ("bills", "notices"):
                url = f"/api/v1/accounts/{link.account.number}/{name}/?{query}"
                self.assertEqual(self.client.get(url).status_code, 200, url)


@contextmanager
def written() -> Iterator[io.StringIO]:
    """Everything this process logs, as production would print it."""
    line = dict(logs.config(json=True, level="DEBUG")["formatters"]["line"])
    out, formatter = io.StringIO(), line.pop("()")
    handler, root = logging.StreamHandler(out), logging.getLogger()
    handler.setFormatter(formatter(**line))
    root.addHandler(handler)
    try:
        yield out
    finally:
        root.removeHandler(handler)


class LogTests(TestCase):
    def test_holds_neither_secret_nor_number_nor_query(self) -> None:
        event = {
            "request": "GET /hooks/esms/s3cr3t/?phone=0903123456",
            "event": "Not Found: /hooks/email/s3cr3t/ of PE04010001234",
        }
        text = str(without_personal_data(None, "info", event))
        for secret in ("s3cr3t", "0903123456", "PE0401000"):
            self.assertNotIn(secret, text)

    def test_holds_no_query_string_in_whatever_text_it_stands(self) -> None:
        query = "q=L%C3%AA+L%E1%BB%A3i&name=O'Hara&token=S3CR3T&bank=970436"
        texts = (
            f"Not Found: /desk/customers/account/?{query}",
            f"Bad Request (400): /desk/?{query}, twice.",
            f'"GET /accounts/?{query} HTTP/1.1" 200 512',
            f"<WSGIRequest: GET '/desk/?{query}'>",
            f'HTTP Request: POST https://rest.example.vn/SendSms?{query} "HTTP/1.1 200 OK"',
            f'{{"path": "/desk/?{query}", "code": 404}}',
            f"Forbidden (CSRF token missing.): ?{query}",
            f"requests.exceptions.ConnectionError: url: /v4?{query} (Caused by x)",
            f"[('/desk/?{query}',)] failed",
        )
        for text in texts:
            for event in ({"event": text}, {"request": text}, {"exception": f"a\n  {text}\nb"},
                          {"task": {"args": [text]}}, {"error": ValueError(text)}):  # fmt: skip
                said = str(without_personal_data(None, "info", dict(event)))
                for secret in ("L%C3", "Hara", "S3CR3T", "970436", "token"):
                    if secret != "token" or "CSRF" not in text:
                        self.assertNotIn(secret, said, text)

    def test_keeps_what_is_no_query_string(self) -> None:
        for text in ("Is it there? Nobody knows.", "What?", "done (200), 3 rows", "why?"):
            self.assertEqual(without_personal_data(None, "info", {"event": text})["event"], text)

    def test_reads_no_more_of_a_text_than_anybody_needs(self) -> None:
        """Whatever a browser sends in a header is logged, and read while others wait."""
        said = without_personal_data(None, "info", {"user_agent": "PA" * 4_000, "code": 404})
        self.assertEqual(said, {"user_agent": "PA" * (LONGEST // 2) + "…", "code": 404})
        whole = {"exception": "Traceback\n" * LONGEST}
        self.assertEqual(without_personal_data(None, "error", dict(whole)), whole)

    def test_holds_no_number_however_it_is_written(self) -> None:
        for number in (
            "SMS to 0912345678: refused", "to=+84912345678:", "0912345678_a", "(091) 234 5678",
            "84 912 345 678", "PE01001234567_2026.pdf",
        ):  # fmt: skip
            with self.subTest(number):
                said = without_personal_data(None, "info", {"event": number})["event"]
                self.assertNotRegex(said, r"\d[\d ]{5,}\d")

    def test_keeps_times_and_counts(self) -> None:
        for text in ("2026-11-29T01:10:35.123456Z", "took 0.0123456789 s", "row 84123 of 90000"):
            self.assertEqual(without_personal_data(None, "info", {"event": text})["event"], text)

    def test_of_a_real_request_hold_no_query_string(self) -> None:
        with written() as out:
            for path in ("/nowhere/?q=S3CR3T", "/accounts/PE01/?q=S3CR3T%00", "/desk/?q=S3CR3T"):
                self.client.get(path)
        self.assertIn("/nowhere/", out.getvalue())
        self.assertNotIn("S3CR3T", out.getvalue())

    def test_holds_no_secret_of_any_address(self) -> None:
        shown = []
        for route in routes():
            if route.pattern.startswith("desk/"):
                continue
            secrets = dict.fromkeys(route.parameters - OPEN, "S3CR3T")
            # What allauth takes by a pattern of its own stands as "nothing".
            path = route.path(role="viewer", kind="bills", **secrets).replace("nothing", "S3CR3T")
            for said in (f"GET {path}", f"Not Found: {path}", f'{{"path": "{path}"}}'):
                if "S3CR3T" in str(without_personal_data(None, "info", {"request": said})):
                    shown.append(route.pattern)
        self.assertEqual({one for one in shown if "<int:" not in one}, set())

    def test_holds_no_address_at_which_a_browser_listens(self) -> None:
        for host in (
            "fcm.googleapis.com/fcm/send",
            "updates.push.services.mozilla.com:443/wpush/v2",
            "web.push.apple.com",
            "wns2-sg2p.notify.windows.com/w",
        ):
            event = {"exception": f"Cannot connect to https://{host}/S3CR3T?token=S3CR3T ssl"}
            text = without_personal_data(None, "info", event)["exception"]
            self.assertNotIn("S3CR3T", text)
            self.assertIn(" ssl", text)

    def test_holds_nobody_in_any_depth_or_spelling(self) -> None:
        for said in (
            "of PE04010001234",
            "GET /accounts/pe04010001234/bills/",
            "to lan.nguyen+dien@thu.example.vn",
            "to 0903123456, twice",
            "to 0903 123 456.",
            "to +84903123456",
            "to +84 903.123.456",
            "to 84903123456",
            "to 028 3822 1234",
            "/notices/abcd2345/",
        ):
            deep = {
                "task": {"args": [said, (said,)], said: {"to": said}},
                "error": ValueError(said),
            }
            for event in ({"event": said}, deep):
                text = str(without_personal_data(None, "info", event))
                for secret in ("401000", "lan.nguyen", "3123456", "123 456", "123.456", "3822"):
                    self.assertNotIn(secret, text, said)
                self.assertNotIn("abcd2345", text)

    def test_holds_no_row_that_the_database_quotes(self) -> None:
        error = (
            'IntegrityError: duplicate key value violates unique constraint "user_name"\n'
            "DETAIL:  Failing row contains (7, Trần Thị\nMinh Khai).\n"
            "CONTEXT:  COPY loaded, line 1: Trần Thị Minh Khai\n\n"
            "During handling of the above exception"
        )
        for event in ({"exception": error}, {"error": ValueError(error)}):
            text = str(without_personal_data(None, "error", event))
            self.assertNotIn("Khai", text)
            self.assertIn("user_name", text)
        shown = without_personal_data(None, "error", {"exception": error})["exception"]
        self.assertIn("During handling", shown)

    def test_keeps_what_names_nobody(self) -> None:
        event = {
            "event": "POST /accounts/…/preferences/ took 0.0123456789 s on 2026-11-28 10:30:00",
            "ip": "84.200.100.100",
            "request_id": "0985fcab-306a-4634-9cd8-09b8779ef878",
            "user_id": 1,
            "lasted": 0.5,
        }
        self.assertEqual(without_personal_data(None, "info", dict(event)), event)
