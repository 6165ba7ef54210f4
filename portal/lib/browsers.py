"""Browsers and what they run on, by the names that people know; from what a browser says of itself.

It says whatever it likes: good for knowing one's own device again, and for nothing else.
"""

import re

from django.utils.translation import gettext as _

BETWEEN = " · "

# The first that fits counts: most claim to be their forebears as well.
_BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"OPR/", "Opera"),
    (r"coc_coc_browser/", "Cốc Cốc"),
    (r"(?:Firefox|FxiOS)/", "Firefox"),
    (r"(?:Chrome|CriOS)/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"Android", "Android"),
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Windows", "Windows"),
    (r"Mac OS X", "Mac"),
    (r"CrOS", "Chromebook"),
    (r"Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """The browser and its system, to be kept: the same in every language; empty if unknown."""
    names = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return BETWEEN.join(name for name in names if name)


def said(name: str) -> str:
    """A kept name as a person would say it, in the language in force."""
    browser, between, system = name.partition(BETWEEN)
    if between:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or _("Unknown browser")


def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in patterns if re.search(pattern, text)), "")
