"""The house rules that a linter does not know. Each test names the places that break its rule."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
from celery import Task
from django.apps import apps
from django.db import models

from portal.celery import app as celery
from portal.lib.periods import LOCAL
from portal.settings.env import BASE_DIR
from portal.tests import sources
from portal.tests.sources import functions, place

# Beside what begins with assert: functions that fail a test by themselves.
CLAIMS = frozenset({"check_page", "django_assert_num_queries", "expect", "fail", "raises"})
LONGEST_FILE = 400  # lines that are not blank
LONGEST_FUNCTION = 60
# Words that switch a protection off, and the files that may say them, with the reason.
PROTECTIONS = ("mark_safe", "csrf_exempt", "SafeString", "RawSQL", ".extra(", "verify=False")
ALLOWED: dict[str, str] = {
    "notifications/views/hooks.py": "providers have no session; each call proves itself",
    "notifications/views/unsubscribing.py": "a mail program has no session; a token proves it",
    "portal/templatetags/desk_lists.py": "a cell that Django made safe, cut and joined again",
    "portal/lib/sql.py": "statements that are files of ours, as a part of the ORM's queries",
}
TRUSTED = {
    "portal/templates/components/field_notes.html": "help texts come from code, some as lists",
    "portal/templates/mfa/totp/activate_form.html": "the QR code that allauth drew",
}
# Ways to a customer's data: models that hang on an account are filtered by visible_to.
WAYS_TO_ACCOUNT = {"account", "account_id"}
# Models of an account that no page, file or API lists on its own, with the reason.
WITHOUT_VISIBLE_TO = {
    "customers.Consent": "read through its account alone",
    "customers.Look": "its only list narrows the accounts first",
}


class TestSize:
    def test_no_file_is_too_long(self):
        long = {}
        for path in sources.files(".py", ".html", ".css", ".js", ".sql", ".md"):
            lines = sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
            if lines > LONGEST_FILE and "migrations" not in path.parts:
                long[place(path)] = lines
        assert long == {}

    def test_no_function_is_too_long(self):
        long = {}
        for path in sources.python_files(tests=False):
            for function in functions(path):
                lines = (function.end_lineno or 0) - function.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long[place(path, function.lineno)] = lines
        assert long == {}


class TestStatements:
    """What is in ``sql/`` is read beside the code that runs it, so it says what that cannot."""

    def test_open_with_their_grain_and_what_makes_a_rerun_safe(self):
        silent = []
        for path in (path for path in sources.files(".sql") if path.parent.name == "sql"):
            opening = path.read_text(encoding="utf-8").split("\n", 1)[0]
            comments = re.findall(r"^-- (.*)", path.read_text(encoding="utf-8"), re.MULTILINE)
            if not opening.startswith("-- Grain: ") or "Safe to rerun" not in " ".join(comments):
                silent.append(place(path))
        assert silent == []

    def test_leave_the_zone_of_our_days_to_its_one_home(self):
        named = [
            place(path)
            for path in (*sources.files(".sql"), *sources.python_files(tests=False))
            if LOCAL.key in path.read_text(encoding="utf-8") and "migrations" not in path.parts
        ]
        assert named == ["portal/lib/periods.py"]


class TestTests:
    def test_every_test_asserts(self):
        silent = [
            place(path, function.lineno)
            for path in sources.python_files(tests=True)
            for function in functions(path)
            if function.name.startswith("test_") and not _asserts(function, path)
        ]
        assert silent == []

    def test_none_is_skipped_or_expected_to_fail(self):
        skipping = re.compile(r"mark\.(skip|skipif|xfail)\b|@(unittest\.)?skip|pytest\.skip\(")
        found = _lines(sources.python_files(tests=True), skipping)
        assert [line for line in found if "test_conventions.py" not in line] == []


class TestCode:
    def test_switches_no_protection_off(self):
        words = re.compile("|".join(re.escape(word) for word in PROTECTIONS))
        found = _lines(sources.python_files(tests=False), words)
        assert [line for line in found if line.split(":")[0] not in ALLOWED] == []

    def test_lets_no_visitor_choose_the_columns_of_a_query(self):
        choosing = re.compile(
            r"(filter|exclude|get|order_by|values|annotate)\(\s*\*{1,2}\s*request\b"
        )
        assert _lines(sources.python_files(tests=False), choosing) == []

    def test_leaves_nothing_to_do(self):
        left = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
        assert _lines(sources.files(".py", ".html", ".css", ".sql", ".toml"), left) == []


class TestTemplates:
    def test_hold_no_inline_script_style_or_handler(self):
        inline = re.compile(
            r"<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", re.I
        )
        assert _lines(sources.templates(), inline) == []

    def test_load_nothing_from_elsewhere(self):
        elsewhere = re.compile(r"(src|href|action)=[\"'](https?:)?//", re.I)
        assert _lines(sources.templates(), elsewhere) == []

    def test_call_nothing_safe(self):
        trusting = re.compile(r"\|\s*safe\b|autoescape off")
        found = _lines(sources.templates(), trusting)
        assert [line for line in found if line.split(":")[0] not in TRUSTED] == []


def our_tasks() -> list[Task]:
    """The Celery tasks of our apps."""
    celery.loader.import_default_modules()
    ours = tuple(f"{app}." for app in sources.APPS)
    return [task for name, task in sorted(celery.tasks.items()) if name.startswith(ours)]


class TestTasks:
    def test_take_keywords_only_and_those_of_a_newer_version(self):
        wrong = []
        for task in our_tasks():
            code = task.run.__code__
            takes_rest = bool(code.co_flags & 0x08)
            if code.co_argcount - hasattr(task.run, "__self__") > 0 or not takes_rest:
                wrong.append(task.name)
        assert wrong == []


class TestModels:
    def test_of_an_account_can_be_narrowed_to_what_a_user_may_see(self):
        missing = [
            model._meta.label
            for model in _our_models()
            if _hangs_on_an_account(model)
            and model._meta.label not in WITHOUT_VISIBLE_TO
            and not hasattr(model._default_manager.get_queryset(), "visible_to")
        ]
        assert missing == []

    def test_say_what_they_are(self):
        # Django writes a docstring of its own where there is none: the name and the fields.
        assert [m.__name__ for m in _our_models() if m.__doc__.startswith(f"{m.__name__}(")] == []

    def test_have_no_order_by_default(self):
        assert [m._meta.label for m in _our_models() if m._meta.ordering] == []


class TestLayers:
    def test_name_every_module_of_the_site(self):
        settings = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
        first = settings["tool"]["importlinter"]["contracts"][0]["layers"][0]
        named = {name.strip(" ()") for name in first.split(":")}
        modules = {
            f"portal.{path.stem}"
            for path in (BASE_DIR / "portal").iterdir()
            if path.suffix == ".py" or (path / "__init__.py").exists()
        }
        assert modules - {"portal.__init__", "portal.lib", "portal.tests"} - named == set()


def _asserts(test: sources.Function, path: Path) -> bool:
    """Whether the test says what must be, itself or by a function of its own module."""
    if _says(test):
        return True
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(test)
        if isinstance(node, ast.Call)
    }
    return any(_says(helper) for helper in functions(path) if helper.name in called)


def _says(function: sources.Function) -> bool:
    """Whether it holds something to be so, itself or by a helper that is named for it."""
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _is_claim(node.func))
        for part in function.body
        for node in ast.walk(part)
    )


def _is_claim(called: ast.expr) -> bool:
    name = getattr(called, "attr", getattr(called, "id", ""))
    return name in CLAIMS or name.startswith("assert")


def _our_models() -> list[type[models.Model]]:
    ours = [model for app in sources.APPS for model in apps.get_app_config(app).get_models()]
    return [model for model in ours if not model.__name__.startswith("Historical")]


def _hangs_on_an_account(model: type[models.Model]) -> bool:
    return bool(WAYS_TO_ACCOUNT & {field.name for field in model._meta.get_fields()})


def _lines(paths: list[Path], pattern: re.Pattern[str]) -> list[str]:
    """Where the pattern stands, comments and docstrings included."""
    return [
        f"{place(path, number)}: {line.strip()[:80]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize(
    ("line", "breaks"),
    [
        ('<script src="{% static "x.js" %}"></script>', False),
        ("<script>alert(1)</script>", True),
        ('<p style="color:red">', True),
        ('<button onclick="go()">', True),
        ('<a data-on="x" href="/">', False),
    ],
)
def test_the_pattern_for_inline_code_knows_it(tmp_path, monkeypatch, line, breaks):
    (tmp_path / "page.html").write_text(line)
    monkeypatch.setattr(sources, "templates", lambda: [tmp_path / "page.html"])
    monkeypatch.setattr("portal.tests.test_conventions.place", lambda path, _line: path.name)
    rule = TestTemplates().test_hold_no_inline_script_style_or_handler
    if breaks:
        with pytest.raises(AssertionError):
            rule()
    else:
        rule()
