"""A language for messages that people write: ``{{ name }}``, ``{% if name %}``, and nothing else.

Conditions are ``{% if name %}``, ``{% if not name %}``, ``{% elif … %}``, ``{% else %}`` and
``{% endif %}``. Everything that is not exactly that stays text, and what is filled in is never read
again: nothing can be called, looked up or computed. A text is compiled once and filled many times.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape

_TOKEN = re.compile(
    r"\{\{[ ]*(?P<name>[a-z_][a-z0-9_]*)[ ]*\}\}"
    r"|\{%[ ]*(?P<test>if|elif)[ ]+(?P<negated>not[ ]+)?(?P<tested>[a-z_][a-z0-9_]*)[ ]*%\}"
    r"|\{%[ ]*(?P<turn>else|endif)[ ]*%\}"
)
_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{\{|\}\}|\{%|%\}", re.DOTALL)


class Malformed(ValueError):
    """A condition is not closed, or closed without having been opened."""


class Unfilled(LookupError):
    """A name of the text has no value."""


@dataclass(frozen=True, slots=True)
class _Name:
    name: str


@dataclass(slots=True)
class _Arm:
    """What stands behind one test; behind ``else`` there is none."""

    name: str = ""
    negated: bool = False
    parts: list["_Part"] = field(default_factory=list)

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether this arm is the one to be read."""
        return not self.name or bool(values[self.name]) is not self.negated


@dataclass(slots=True)
class _Choice:
    arms: list[_Arm] = field(default_factory=list)


_Part = str | _Name | _Choice


@dataclass(frozen=True, slots=True)
class Compiled:
    """A text ready to be filled."""

    parts: list[_Part]

    @property
    def names(self) -> frozenset[str]:
        """Every name it says or asks about."""
        return frozenset(_names(self.parts))

    @property
    def tested(self) -> frozenset[str]:
        """The names its conditions ask about."""
        return frozenset(_tested(self.parts))

    def fill(self, values: Mapping[str, Any], *, html: bool = False) -> str:
        """The text with its values; in HTML they are escaped.

        :raises Unfilled: a name that is needed has no value
        """
        written: list[str] = []
        try:
            _write(self.parts, values, escape if html else str, written)
        except KeyError as error:
            raise Unfilled(str(error.args[0])) from error
        return "".join(written)


def compiled(text: str) -> Compiled:
    """Read a text once.

    :raises Malformed: its conditions do not match up
    """
    whole: list[_Part] = []
    open_parts, choices = [whole], []
    end = 0
    for token in _TOKEN.finditer(text):
        if token.start() > end:
            open_parts[-1].append(text[end : token.start()])
        end = token.end()
        if name := token["name"]:
            open_parts[-1].append(_Name(name))
            continue
        if token["test"] == "if":
            choices.append(_Choice())
            open_parts[-1].append(choices[-1])
        else:
            _check_open(token, choices)
            open_parts.pop()
        if token["turn"] == "endif":
            choices.pop()
            continue
        arm = _Arm(token["tested"] or "", bool(token["negated"]))
        choices[-1].arms.append(arm)
        open_parts.append(arm.parts)
    if choices:
        raise Malformed("if without endif")
    whole.append(text[end:])
    return Compiled(whole)


def left_as_text(text: str) -> list[str]:
    """Whatever in braces is not of the language, and would be sent as it stands."""
    return [found[0] for found in _BRACES.finditer(_TOKEN.sub("", text))]


def _check_open(token: re.Match[str], choices: list[_Choice]) -> None:
    if not choices:
        raise Malformed(f"{token['turn'] or token['test']} without if")
    if not choices[-1].arms[-1].name and token["turn"] != "endif":
        raise Malformed("something between else and endif")


def _write(
    parts: list[_Part],
    values: Mapping[str, Any],
    as_text: Callable[[Any], str],
    written: list[str],
) -> None:
    for part in parts:
        if isinstance(part, str):
            written.append(part)
        elif isinstance(part, _Name):
            written.append(as_text(values[part.name]))
        else:
            arm = next((arm for arm in part.arms if arm.holds(values)), None)
            if arm:
                _write(arm.parts, values, as_text, written)


def _names(parts: list[_Part]) -> Iterator[str]:
    yield from _tested(parts)
    for part in parts:
        if isinstance(part, _Name):
            yield part.name
        elif isinstance(part, _Choice):
            for arm in part.arms:
                yield from _names(arm.parts)


def _tested(parts: list[_Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, _Choice):
            for arm in part.arms:
                if arm.name:
                    yield arm.name
                yield from _tested(arm.parts)
