"""Every address of the site, walked out of the URL resolver."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

# What stands for a parameter in an address that belongs to nobody, by its converter.
NOBODYS = {"int": "987654321", "str": "PE99999999999", "slug": "nothing", "path": "987654321",
           "uuid": "00000000-0000-4000-8000-000000000000", "month": "2026-10",
           "form": "csv"}  # fmt: skip
_PARAMETER = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
_GROUP = re.compile(r"\(\?P<\w+>[^)]*\)")


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern, as in ``accounts/<str:number>/bills/``."""

    pattern: str

    @property
    def parameters(self) -> set[str]:
        """The names of what it takes from the address."""
        return {found["name"] for found in _PARAMETER.finditer(self.pattern)}

    def path(self, **values: object) -> str:
        """An address of it; what is not given belongs to nobody."""

        def fill(found: re.Match[str]) -> str:
            given = values.get(found["name"])
            return NOBODYS[found["converter"] or "str"] if given is None else str(given)

        plain = _GROUP.sub("nothing", self.pattern.replace("^", "").replace("$", ""))
        return "/" + re.sub(r"\\(.)", r"\1", _PARAMETER.sub(fill, plain))


def routes() -> list[Route]:
    """All of them, in the order in which an address is looked up."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Route(pattern)
        else:
            yield from _walk(entry, pattern)
