"""The look keeps its promises: contrast, size, icons that exist, nothing a strict CSP refuses."""

import re
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory, SimpleTestCase
from django.utils.translation import override

CSS = settings.BASE_DIR / "static" / "css"
TEMPLATES = settings.BASE_DIR / "portal" / "templates"

INKS_ON_PAPERS = {
    "page": ("ink", "ink-soft", "action", "action-deep", "error"),
    "paper": ("ink", "ink-soft", "action", "action-deep", "error"),
    "shade": ("ink", "ink-soft", "action", "action-deep"),
    "wash": ("ink", "ink-soft", "action", "action-deep"),
    "action": ("on-action",),
    "action-deep": ("on-action",),
    "success-wash": ("ink", "success"),
    "warning-wash": ("ink", "warning", "action"),
    "error-wash": ("ink", "error", "action"),
    "error": ("error-wash",),
}
EDGES_ON_PAPERS = {"paper": ("edge", "bar"), "page": ("edge",)}


def themes() -> dict[str, dict[str, str]]:
    """The colours of each block of the tokens, by its first selector."""
    sheet = (CSS / "tokens.css").read_text()
    light, system_dark, chosen_dark = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r"color-scheme: (?:light|dark);(.*?)}", sheet, re.DOTALL)[:3]
    ]
    return {"light": light, "system dark": system_dark, "chosen dark": chosen_dark}


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def own_templates() -> list[Path]:
    return [
        path
        for app in ("portal", "customers", "billing", "notifications")
        for path in (settings.BASE_DIR / app / "templates").rglob("*.html")
    ]


class ColourTests(SimpleTestCase):
    def test_every_text_stands_out_at_least_4_5_to_1_in_every_theme(self):
        self.assert_contrast(INKS_ON_PAPERS, least=4.5)

    def test_every_edge_and_bar_stands_out_at_least_3_to_1(self):
        self.assert_contrast(EDGES_ON_PAPERS, least=3)

    def assert_contrast(self, pairs: dict[str, tuple[str, ...]], *, least: float) -> None:
        for theme, colours in themes().items():
            for paper, inks in pairs.items():
                for ink in inks:
                    with self.subTest(theme=theme, ink=ink, paper=paper):
                        self.assertGreaterEqual(contrast(colours[ink], colours[paper]), least)

    def test_the_two_lists_of_dark_colours_are_the_same(self):
        found = themes()

        self.assertEqual(found["system dark"], found["chosen dark"])
        self.assertEqual(found["light"].keys(), found["chosen dark"].keys())


class SizeTests(SimpleTestCase):
    def test_a_customer_loads_less_than_25_kb_of_style(self):
        sheets = re.findall(r"css/\w+\.css", (TEMPLATES / "base.html").read_text())

        self.assertEqual(len(sheets), 3)
        self.assertLess(sum((CSS.parent / sheet).stat().st_size for sheet in sheets), 25_000)


class PolicyTests(SimpleTestCase):
    def test_no_template_holds_what_the_content_security_policy_refuses(self):
        refused = re.compile(
            r"""<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|hx-on"""
            r"""|<script(?![^>]*\bsrc=)(?![^>]*application/json)|(?:src|href)="https?:"""
        )
        for path in own_templates():
            if path.suffix == ".html" and "email" not in path.stem:
                with self.subTest(path.name):
                    self.assertIsNone(refused.search(path.read_text()))

    def test_every_icon_named_in_a_template_exists(self):
        known = set(
            re.findall(r'<symbol id="(\w+)"', (CSS.parent / "img" / "icons.svg").read_text())
        )
        for path in own_templates():
            named = re.findall(r'icon\.html" with name="(\w+)"|tone="(\w+)"', path.read_text())
            with self.subTest(path.name):
                self.assertLessEqual({icon or tone for icon, tone in named}, known)


class ErrorPageTests(SimpleTestCase):
    def test_pages_for_answers_without_a_request_need_no_context(self):
        for name, words in {
            "400.html": "không đọc được yêu cầu",
            "500.html": "Phía chúng tôi gặp trục trặc",
            "503.html": "Chúng tôi sẽ trở lại ngay",
        }.items():
            with self.subTest(name), override("vi"):
                html = get_template(name).render()
                self.assertIn(words, html)
                self.assertIn('lang="vi"', html)


class ComponentTests(SimpleTestCase):
    def test_an_alert_always_has_a_word_beside_its_colour(self):
        with override("vi"):
            for kind, word in {
                "info": "Nên biết",
                "success": "Đã xong",
                "warning": "Xin lưu ý",
                "error": "Cần làm ngay",
            }.items():
                html = render_to_string("components/alert.html", {"kind": kind, "text": "<b>"})
                self.assertInHTML(f"<strong>{word}</strong>", html)
                self.assertIn("&lt;b&gt;", html)

    def test_the_menu_marks_the_page_one_is_on_and_only_that(self):
        request = RequestFactory().get("/inbox/")
        mark = "components/nav_link.html"

        here = render_to_string(mark, {"href": "/inbox/", "text": "a"}, request)
        below = render_to_string(
            mark, {"href": "/", "text": "a", "name": "home", "section": "home"}, request
        )
        elsewhere = render_to_string(mark, {"href": "/", "text": "a"}, request)

        self.assertIn('aria-current="page"', here)
        self.assertIn('aria-current="true"', below)
        self.assertNotIn("aria-current", elsewhere)

    def test_leafing_keeps_what_was_searched_for(self):
        page = Paginator(range(30), 10).page(2)
        request = RequestFactory().get("/inbox/", {"q": "hóa đơn", "page": "2"})

        html = render_to_string("components/pagination.html", {"page": page}, request)

        self.assertIn('rel="prev" href="?q=h%C3%B3a+%C4%91%C6%A1n&amp;page=1"', html)
        self.assertIn('rel="next" href="?q=h%C3%B3a+%C4%91%C6%A1n&amp;page=3"', html)
