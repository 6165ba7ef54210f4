"""docs/privacy.md, written from the register."""

from collections.abc import Iterator

from django.utils.translation import override

from .register import HISTORY_KEPT, NOTHING_PERSONAL, OF_CONTRACT, OF_LOGIN
from .tables import Table

_HEAD = """# What is held about people

Written by `manage.py privacy` from the register in `portal/site/privacy/register.py`; a test fails
when they differ, and when a model stands neither in the register nor among those without personal
data. The page “Thông tin của tôi” and the download read the same register.

Law: 91/2025/QH15 on personal data, Decree 356/2025/NĐ-CP, both in force since 1 January 2026.
A request is confirmed within 2 working days and answered within 10 days (see, correct), 15 days
(object, withdraw) or 20 days (erase), on a working day at the latest. `manage.py export_person`
writes what a person would download, `manage.py erase` erases a login: bills and payments stay for
the ten years of the accounting law, without contacts. While a contract runs it keeps what it needs.
"""


def text() -> str:
    """The whole document, in English whatever the language of the process."""
    with override("en"):
        return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    yield "## Of a login\n"
    yield from _tables(OF_LOGIN)
    yield "\n## Of a contract\n"
    yield from _tables(OF_CONTRACT)
    yield f"\n{HISTORY_KEPT}\n"
    yield "## Without personal data\n"
    for model, reason in sorted(NOTHING_PERSONAL.items()):
        yield f"- `{model}`: {reason}"


def _tables(tables: tuple[Table, ...]) -> Iterator[str]:
    yield "| table | what | what for | why we may | kept | given out | kept back |"
    yield "|---|---|---|---|---|---|---|"
    for one in tables:
        models = ", ".join(f"`{model}`" for model in one.lies_in or (one.model,))
        cells = (models, one.what, one.why, one.basis, one.kept)
        fields = (", ".join(one.fields), ", ".join(one.kept_back))
        yield f"| {' | '.join(str(cell) for cell in (*cells, *fields))} |"
