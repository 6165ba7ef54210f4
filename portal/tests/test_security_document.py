"""What docs/security.md names as shown is there."""

import re

from portal.settings.env import BASE_DIR

NAMED = re.compile(r"`((?:\w+/)+test_\w+\.py)(?:::(\w+))?`")
CHAPTERS = 16


def document() -> str:
    return (BASE_DIR / "docs" / "security.md").read_text()


def test_every_test_that_is_named_is_there():
    missing = [
        f"{path}::{unit}"
        for path, unit in NAMED.findall(document())
        if not (BASE_DIR / path).exists()
        or (unit and f"class {unit}" not in (BASE_DIR / path).read_text())
    ]
    assert missing == []
    assert len(NAMED.findall(document())) > 50


def test_every_chapter_is_there():
    chapters = re.findall(r"^## V(\d+) ", document(), re.MULTILINE)
    assert chapters == [str(number) for number in range(1, CHAPTERS + 1)]
