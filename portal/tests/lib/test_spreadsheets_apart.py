"""Workbooks are looked into by a process of its own, which may fail in every way there is."""

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from unittest import TestCase
from unittest.mock import patch

from django.utils import translation

from portal.lib.spreadsheets import Limits, Refused, read, stream, workbook
from portal.lib.spreadsheets.apart import child, faults, wire
from portal.lib.spreadsheets.apart import workbook as apart_workbook
from portal.lib.spreadsheets.cells import ERROR_VALUE, Damaged

from .files import HEADER, ROWS, xlsx, xlsx_parts, xml_rows, zipped

MIB = 2**20
SMALL = xlsx(HEADER, *ROWS)


def long(rows: int) -> bytes:
    """A workbook whose texts take far more memory than its file does disk."""
    return zipped(
        xlsx_parts(xml_rows(HEADER, *((f"PE{n:011}", "A" * 50, "1") for n in range(rows))))
    )


LONG = long(30_000)


class Started:
    """Notes the processes that are started."""

    def __enter__(self):
        self.found: list[subprocess.Popen] = []
        start = workbook._started

        def noted(number):
            self.found.append(start(number))
            return self.found[-1]

        self._patch = patch.object(workbook, "_started", noted)
        self._patch.start()
        return self.found

    def __exit__(self, *_error):
        self._patch.stop()


@contextmanager
def saying(script: str):
    """Has a process run that says what a file made of it, instead of the one that reads."""
    begin = (
        "import sys, os, json, time; sys.path.append(sys.argv[1]); from apart import wire\n"
        "def say(kind, body):\n"
        "    body = body if isinstance(body, bytes) else json.dumps(body).encode()\n"
        "    os.write(1, wire.ANSWER.pack(kind, len(body)) + body)\n"
        "say(wire.READY, None)\n"
        "book = {'form': 'xlsx', 'name': 'DSKH', 'date1904': False}\n"
    )
    with patch.object(workbook, "_BEGIN", begin + script):
        yield


class ProcessTests(TestCase):
    def assert_over(self, processes):
        """Each ended, and its end was taken note of: none is left as a zombie."""
        for process in processes:
            self.assertIsNotNone(process.returncode)
            self.assertFalse(Path(f"/proc/{process.pid}").exists())

    def assert_refused(self, content, word, **limits):
        with Started() as started, self.assertRaisesRegex(Refused, word):
            read(content, headings=HEADER, limits=Limits(**limits))
        self.assertEqual(len(started), 1)
        self.assert_over(started)


class LimitTests(ProcessTests):
    def test_of_memory_refuses_the_file(self):
        self.assertEqual(len(read(LONG, headings=HEADER).rows), 30_000)
        for mib in (12, 16, 20):
            with self.subTest(mib):
                self.assert_refused(LONG, "more memory", memory_bytes=mib * MIB)

    def test_of_memory_is_kept_whatever_the_file_holds(self):
        for name, part in (
            (
                "one text",
                f'<row r="2"><c r="A2" t="inlineStr"><is><t>{"x" * 90 * MIB}</t></is></c></row>',
            ),
            ("one element", f'<row r="2" x="{"x" * 90 * MIB}"/>'),
        ):
            content = zipped(xlsx_parts(xml_rows(HEADER) + part))
            with self.subTest(name):
                self.assert_refused(content, "more memory", ratio=10**6, memory_bytes=64 * MIB)

    def test_of_processors_refuses_the_file(self):
        with saying(
            "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True: pass"
        ):
            self.assert_refused(SMALL, "takes longer")
        self.assert_refused(long(500_000), "takes longer", seconds=1, memory_bytes=1024 * MIB)

    def test_of_waiting_refuses_the_file(self):
        with saying("time.sleep(60)"):
            self.assert_refused(SMALL, "takes longer", waiting_seconds=0.5)

    def test_of_waiting_counts_all_answers(self):
        script = "say(wire.BOOK, book)\nwhile True: time.sleep(0.2); say(wire.ROWS, [['a']])"
        began = time.monotonic()
        with saying(script):
            self.assert_refused(SMALL, "takes longer", waiting_seconds=1)
        self.assertLess(time.monotonic() - began, 10)

    def test_are_set_before_the_file_is_looked_at(self):
        with Started() as started, stream(SMALL, headings=HEADER) as found:
            status = Path(f"/proc/{started[0].pid}/limits").read_text()
            limits = {line[:26].strip(): line[26:].split()[:2] for line in status.splitlines()}
            self.assertEqual(limits["Max data size"], [str(270 * MIB)] * 2)
            self.assertEqual(limits["Max cpu time"], ["60", "61"])
            for none in ("Max file size", "Max core file size", "Max processes"):
                self.assertEqual(limits[none], ["0"] * 2)
            self.assertEqual(len(list(found.records())), 2)


class ApartTests(ProcessTests):
    def test_holds_no_settings_no_keys_and_nothing_of_the_portal(self):
        secret = patch.dict(os.environ, {"DATABASE_URL": "postgresql://secret"})
        with secret, Started() as started, stream(SMALL, headings=HEADER):
            process = Path(f"/proc/{started[0].pid}")
            self.assertEqual((process / "environ").read_bytes(), b"")
            self.assertNotIn(b"secret", (process / "cmdline").read_bytes())
            opened = {str(fd.readlink()) for fd in (process / "fd").iterdir()}
            self.assertEqual([name for name in opened if "socket" in name], [])
        code = f"{workbook._BEGIN.rpartition(';')[0]}; print(*sys.modules)"
        command = [sys.executable, "-I", "-c", code, workbook._FOLDER]
        modules = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        for absent in ("django", "portal", "socket", "celery"):
            self.assertNotIn(absent, modules)

    def test_leaves_the_parent_small(self):
        code = (
            "import sys, resource; from pathlib import Path; from portal.lib import spreadsheets\n"
            "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
            "before = peak()\n"
            "with spreadsheets.stream(Path(sys.argv[1]), headings=['Mã khách hàng']) as found:\n"
            "    for _n in range(2): assert sum(1 for _ in found.records()) == 30_000\n"
            "print(peak() - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
        )
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            file.write(LONG)
            file.flush()
            command = [sys.executable, "-c", code, file.name]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        grown, beside = map(int, done.stdout.split())
        self.assertLess(grown, 8 * 1024)
        self.assertLess(beside, 300_000_000 // 1024)

    def test_says_what_is_wrong_in_the_language_of_whoever_reads(self):
        with self.assertRaises(Refused) as caught:
            read(xlsx(sheets={"Bìa": [("a",)], "DSKH": [HEADER]}), headings=HEADER)
        self.assertIn("Bìa, DSKH", str(caught.exception))
        with translation.override("vi"):
            self.assertNotIn("Several", str(caught.exception))

    def test_that_cannot_start_is_no_fault_of_the_file(self):
        with (
            patch.object(workbook, "_BEGIN", "raise SystemExit(1)"),
            Started() as started,
            self.assertRaises(workbook.NotStarted),
        ):
            read(SMALL, headings=HEADER)
        self.assert_over(started)

    def test_that_ended_before_it_was_told_anything_is_none_either(self):
        start = workbook._started

        def ended(number):
            process = start(number)
            process.wait()
            return process

        with (
            patch.object(workbook, "_BEGIN", "raise SystemExit(1)"),
            patch.object(workbook, "_started", ended),
            self.assertRaises(workbook.NotStarted),
        ):
            read(SMALL, headings=HEADER)


class EndTests(ProcessTests):
    def test_in_the_middle_refuses_the_file(self):
        for sign in (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT):
            with self.subTest(sign), Started() as started:
                with (
                    self.assertRaisesRegex(Refused, "could not be read|more memory"),
                    stream(LONG, headings=HEADER) as found,
                ):
                    for number, _cells, _why in found.records():
                        if number == 5_000:
                            started[0].send_signal(sign)
                self.assert_over(started)

    def test_comes_when_the_file_is_closed_early(self):
        with Started() as started:
            with stream(LONG, headings=HEADER) as found:
                next(found.records())
            self.assert_over(started)
            with self.assertRaises(KeyError), stream(LONG, headings=HEADER) as found:
                raise KeyError
            self.assert_over(started)

    def test_comes_with_that_of_the_parent(self):
        code = (
            "import sys, os; from portal.lib.spreadsheets import Limits, workbook\n"
            "book = workbook.Workbook(open(sys.argv[1], 'rb'), Limits())\n"
            "print(book._process.pid, flush=True); os.kill(os.getpid(), 9)\n"
        )
        with tempfile.NamedTemporaryFile() as file:
            file.write(LONG)
            file.flush()
            done = subprocess.run([sys.executable, "-c", code, file.name], capture_output=True)
        pid = int(done.stdout)
        until = time.monotonic() + 10
        while _is_alive(pid) and time.monotonic() < until:
            time.sleep(0.05)
        self.assertFalse(_is_alive(pid))

    def test_is_not_asked_for_by_a_stop_of_the_service(self):
        with Started() as started, stream(LONG, headings=HEADER) as found:
            started[0].send_signal(signal.SIGTERM)
            self.assertEqual(sum(1 for _record in found.records()), 30_000)


def _is_alive(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


class RowTests(ProcessTests):
    def test_come_as_often_as_asked_also_by_turns(self):
        with Started() as started, stream(LONG, headings=HEADER) as found:
            whole = list(found.records())
            one, other = found.records(), found.records()
            for record in whole:
                self.assertEqual((next(one), next(other)), (record, record))
            next(found.records())
            self.assertEqual(list(found.records()), whole)
        self.assertEqual(len(started), 1)

    def test_come_whole_however_long_their_texts_are(self):
        rows = [(f"PE{number:011}", "Ă" * 1_500, "1") for number in range(4_000)]
        content = zipped(xlsx_parts(xml_rows(HEADER, *rows)))
        found = read(content, headings=HEADER).rows
        self.assertEqual([tuple(cells) for _number, cells in found], rows)

    def test_keep_their_types(self):
        rows = [["a", 1, 1.5, True], [0.1 + 0.2, 1e300, '\u2028 "', -0.0]]
        answer = wire.packed(wire.ROWS, rows)
        self.assertEqual(json.loads(answer[wire.ANSWER.size :]), rows)

    def test_have_an_error_where_a_number_is_none(self):
        for said in ("NaN", "inf", "-1e999"):
            with self.subTest(said):
                cells = f'<row r="2"><c r="A2"><v>5</v></c><c r="B2"><v>{said}</v></c></row>'
                book = zipped(xlsx_parts(xml_rows(HEADER) + cells))
                ((_number, found),) = read(book, headings=HEADER).rows
                self.assertEqual(found, [5.0, Damaged("#", ERROR_VALUE), ""])


class TakenOverTests(ProcessTests):
    """A process that a file has taken over says what it likes; nothing of it does harm."""

    def test_cannot_say_anything_but_rows(self):
        for script in (
            "say(b'X', {})",
            "say(wire.BOOK, [])",
            "say(wire.BOOK, {'form': 'xlsx'})",
            "say(wire.BOOK, book); say(wire.BOOK, book)",
            "say(wire.BOOK, book); say(wire.LAST_ROWS, {})",
            "say(wire.BOOK, book); say(wire.LAST_ROWS, [5])",
            "say(wire.BOOK, book); say(wire.LAST_ROWS, [[['a']]])",
            "say(wire.BOOK, book); say(wire.LAST_ROWS, [[{'a': 1}]])",
            "say(wire.BOOK, book); say(wire.LAST_ROWS, [[{'day': 'x'}]])",
            "say(wire.BOOK, book); say(wire.LAST_ROWS, [[{'day': 5}]])",
            "say(wire.BOOK, book); say(wire.LAST_ROWS, [[{'span': 5}]])",
            "say(wire.BOOK, book); say(wire.LAST_ROWS, b'[' * 100000)",
            "say(wire.BOOK, book); say(wire.LAST_ROWS, b'[[' + b'9' * 5000 + b']]')",
            "say(wire.BOOK, book); say(wire.LAST_ROWS, b'\\xff')",
            "say(wire.BOOK, book); say(wire.LAST_ROWS, b'cos\\nsystem')",
            "say(wire.BOOK, book); os.write(1, wire.ANSWER.pack(wire.ROWS, 2**32 - 1))",
            "say(wire.BOOK, book); os.write(1, b'R')",
            "say(wire.BOOK, book)\nwhile True: say(wire.ROWS, [])",
            "say(wire.BOOK, book)\nwhile True: say(wire.ROWS, [['a']] * 100000)",
            "say(wire.FAULT, ['unheard of', {}])",
            "say(wire.FAULT, 5)",
            "say(wire.FAULT, ['crashed', {'names': [1]}])",
            "say(wire.FAULT, b'[\"several\", {\"names\": ' + b'[' * 900 + b']' * 900 + b'}]')",
            "say(wire.FAULT, ['several', {'names': {}}])",
            "say(wire.BOOK, {**book, 'form': 'exe'})",
            "say(wire.BOOK, {**book, 'name': 'a\\0b'})",
            "say(wire.BOOK, {**book, 'name': 'a' * 5000})",
        ):
            with self.subTest(script), saying(script):
                self.assert_refused(SMALL, "could not be read|headings was not found")

    def test_cannot_say_anything_but_cells(self):
        for cell in (
            "['a']", "{}", "{'a': 1}", "{'day': 'x'}", "{'day': 5}", "{'span': 5}",
            "{'span': [1e99]}", "{'day': '2026-01-01', 'b': 1}", "{'moment': None}",
            "{'clock': '25:00'}", "{'moment': '0001-01-01T00:00:00+14:00'}", "{'error': 5}",
            "{'clock': '10:00+07:00'}", "{'formula': ['a']}",
        ):  # fmt: skip
            with self.subTest(cell), saying(f"say(wire.BOOK, book); say(wire.ROWS, [[{cell}]])"):
                self.assert_refused(SMALL, "could not be read")
        deep = '[[{"error": ' + "[" * 900 + "]" * 900 + "}]]"
        for text in ("[[NaN]]", "[[Infinity]]", "[[1,]]", "['a']", deep):
            with (
                self.subTest(text),
                saying(f"say(wire.BOOK, book); say(wire.ROWS, {text.encode()!r})"),
            ):
                self.assert_refused(SMALL, "could not be read")

    def test_cannot_write_long_messages(self):
        for values, most in (
            ("{'names': 'x' * 10000}", 400), ("{'names': ['x'] * 10000}", 400), ("{}", 100),
        ):  # fmt: skip
            with (
                self.subTest(values),
                saying(f"say(wire.FAULT, ['several', {values}])"),
                self.assertRaisesRegex(Refused, "Several sheets") as caught,
            ):
                read(SMALL, headings=HEADER)
            self.assertLess(len(str(caught.exception)), most)


class PanicTests(TestCase):
    def test_inside_the_reader_is_a_damaged_file(self):
        class PanicException(BaseException):
            pass

        said = self.serve(PanicException)
        self.assertEqual(said, [faults.DAMAGED, {}])

    def test_of_another_kind_is_not_swallowed(self):
        with self.assertRaises(KeyboardInterrupt):
            self.serve(KeyboardInterrupt)

    def serve(self, error):
        said = io.BytesIO()
        with (
            tempfile.TemporaryFile() as file,
            patch.object(apart_workbook.calamine, "load_workbook", side_effect=error),
        ):
            file.write(SMALL)
            file.flush()
            child.serve(file, Limits(), None, io.BytesIO(), said)
        return json.loads(said.getvalue()[wire.ANSWER.size :])
