import gettext
from pathlib import Path

import pytest

from portal.lib import catalogs


@pytest.fixture
def app(tmp_path) -> Path:
    """An app with two marked texts in code and three in a template."""
    app = tmp_path / "shop"
    (app / "templates").mkdir(parents=True)
    (app / "views.py").write_text('title = _("Bills")\nword = pgettext("of a bill", "Open")\n')
    (app / "templates" / "page.html").write_text(
        """{% load i18n %}
        <h1>{% translate "My bills" %}</h1>
   {% blocktranslate count n=n %}{{ n }} bill{% plural %}{{ n }} bills{% endblocktranslate %}
          {% blocktranslate trimmed %}
            Two
            lines
          {% endblocktranslate %}"""
    )
    return app


def translate(app: Path, **words: str) -> Path:
    """Fill the app's .po file with words, by the text they stand for (spaces as underscores)."""
    catalogs.renew(
        app, known={(text.replace("_", " "), None): (word,) for text, word in words.items()}
    )
    return app / catalogs.PO


class TestTexts:
    def test_finds_what_code_and_templates_mark(self, app):
        found = {(message.id, message.context) for message in catalogs.texts(app) if message.id}
        assert found == {
            ("Bills", None),
            ("Open", "of a bill"),
            ("My bills", None),
            (("%(n)s bill", "%(n)s bills"), None),
            ("Two lines", None),
        }

    def test_leaves_tests_and_migrations_out(self, app):
        (app / "tests").mkdir()
        (app / "tests" / "test_it.py").write_text('_("Only a test")')
        assert "Only a test" not in catalogs.texts(app)


class TestRenew:
    def test_keeps_what_was_translated(self, app):
        po = translate(app, Bills="Hóa đơn")
        (app / "more.py").write_text('_("Payments")')
        assert catalogs.renew(app, known={}) is True
        assert catalogs.load(po)["Bills"].string == "Hóa đơn"
        assert catalogs.load(po)["Payments"].string == ""

    def test_drops_what_nothing_uses_any_more(self, app):
        po = translate(app, Bills="Hóa đơn")
        (app / "views.py").write_text("")
        catalogs.renew(app, known={})
        assert "Bills" not in catalogs.load(po)

    def test_changes_nothing_the_second_time(self, app):
        translate(app, Bills="Hóa đơn")
        assert catalogs.renew(app, known={}) is False

    def test_writes_neither_date_nor_author(self, app):
        head = translate(app, Bills="Hóa đơn").read_text().split("\n\n", 1)[0]
        assert "Language: vi" in head
        assert "Date" not in head
        assert "Translator" not in head


class TestGaps:
    def test_names_a_text_without_vietnamese(self, app):
        po = translate(app, Bills="Hóa đơn")
        gaps = catalogs.gaps(catalogs.load(po), wanted=catalogs.texts(app))
        assert "'My bills': no Vietnamese" in gaps
        assert not any("'Bills'" in gap for gap in gaps)

    def test_names_a_text_that_is_not_in_the_file(self, app):
        gaps = catalogs.gaps(catalogs.load(app / catalogs.PO), wanted=catalogs.texts(app))
        assert "'Bills': not in the file" in gaps

    def test_names_a_fuzzy_translation(self, app):
        po = translate(app, Bills="Hóa đơn")
        po.write_text(po.read_text().replace('msgid "Bills"', '#, fuzzy\nmsgid "Bills"'))
        assert "'Bills': fuzzy" in catalogs.gaps(catalogs.load(po))

    def test_names_a_translation_that_loses_a_value(self, app):
        (app / "more.py").write_text('_("Pay before %(day)s")')
        po = translate(app, **{"Pay_before_%(day)s": "Trả trước %(ngày)s"})
        assert any("unknown named placeholder" in gap for gap in catalogs.gaps(catalogs.load(po)))


class TestCompilePo:
    def test_writes_what_gettext_reads(self, app):
        po = translate(app, Bills="Hóa đơn")
        assert catalogs.compile_po(po) is True
        with po.with_suffix(".mo").open("rb") as file:
            assert gettext.GNUTranslations(file).gettext("Bills") == "Hóa đơn"

    def test_does_nothing_while_the_file_is_newer(self, app):
        po = translate(app, Bills="Hóa đơn")
        catalogs.compile_po(po)
        assert catalogs.compile_po(po) is False
