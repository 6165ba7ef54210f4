"""What the repository says about itself is true: links lead somewhere, settings are explained."""

import re
from pathlib import Path

import pytest

from portal.settings.env import BASE_DIR
from portal.tests import production, sources
from portal.tests.sources import place

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
SETTING = re.compile(r"\benv\.[a-z_]+\(\s*\"([A-Z][A-Z_]+)\"")
# Where this was written and installed from is nobody's business and would not work elsewhere.
FOREIGN = re.compile(
    r"/work/(main|shared)|/tmp/w\b|\.library/|pypi\.org|pythonhosted|registry\.npmjs"
)
SETTINGS = BASE_DIR / "portal" / "settings"


def documents() -> list[Path]:
    """Every document of the repository."""
    return sources.files(".md")


def names_read(*modules: str) -> set[str]:
    """The environment variables that settings modules read."""
    return {name for module in modules for name in SETTING.findall((SETTINGS / module).read_text())}


def production_names() -> set[str]:
    """The environment variables of a production installation."""
    embedded = {"dev.py", "test.py"}
    return names_read(*(p.name for p in SETTINGS.glob("*.py") if p.name not in embedded))


class TestLinks:
    @pytest.mark.parametrize("document", documents(), ids=place)
    def test_lead_to_a_file_that_is_there(self, document):
        targets = [target.split("#")[0] for target in LINK.findall(document.read_text())]
        inside = [t for t in targets if t and not re.match(r"[a-z]+:", t)]
        assert [t for t in inside if not (document.parent / t).exists()] == []


class TestSettings:
    def test_are_all_explained_to_operators(self):
        table = (BASE_DIR / "docs" / "operations.md").read_text()
        explained = set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))
        assert explained == production_names() | {"DJANGO_SETTINGS_MODULE"}

    def test_in_the_example_are_read_by_somebody(self):
        assert set(production.example()) - production_names() == {"DJANGO_SETTINGS_MODULE"}

    def test_without_a_default_are_in_the_example(self):
        required = re.compile(r"\benv\.[a-z_]+\(\s*\"([A-Z][A-Z_]+)\"\s*\)")
        texts = [(SETTINGS / n).read_text() for n in ("base.py", "channels.py")]
        needed = {name for text in texts for name in required.findall(text)}
        assert needed - set(production.example()) == set()


class TestRepository:
    def test_speaks_of_the_product_alone(self):
        found = []
        for path in sources.files():
            if path.name == "test_documents.py" or path.suffix in {".png", ".xlsx", ".ico"}:
                continue
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                if FOREIGN.search(line):
                    found.append(f"{place(path, number)}: {line.strip()[:80]}")
        assert found == []

    def test_holds_nobody_elses_code(self):
        theirs = re.compile(r"\.min\.(js|css)$|/(vendor|node_modules|dist)/")
        assert [place(p) for p in sources.files() if theirs.search(p.as_posix())] == []
