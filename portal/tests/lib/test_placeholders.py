import pytest
from django.template import Context, Engine
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.placeholders import Malformed, Unfilled, compiled, left_as_text

NAMES = ("a", "total", "is_zero")
VALUES = st.fixed_dictionaries(
    {"a": st.text(), "total": st.text(), "is_zero": st.booleans()},
)


def texts() -> st.SearchStrategy[str]:
    """Well-formed texts of the language, without stray braces."""
    plain = st.text("aZ đ\n<&'\"7|_.", max_size=8)
    name = st.sampled_from(NAMES)
    leaf = plain | name.map(lambda n: f"{{{{ {n} }}}}")

    def choice(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        test = st.builds(lambda no, n: f"{'not ' if no else ''}{n}", st.booleans(), name)
        return st.builds(
            lambda t, x, u, y, z: (
                f"{{% if {t} %}}{x}{{% elif {u} %}}{y}{{% else %}}{z}{{% endif %}}"
            ),
            test, inner, test, inner, inner,
        )  # fmt: skip

    return st.lists(leaf | st.recursive(leaf, choice, max_leaves=8)).map("".join)


class TestFilling:
    @given(texts(), VALUES)
    def test_says_what_the_same_text_says_as_a_template_of_django(self, text, values):
        for html in (False, True):
            template = Engine().from_string(text)
            said = template.render(Context(values, autoescape=html))
            assert compiled(text).fill(values, html=html) == said

    @given(st.text(), VALUES)
    def test_never_fails_on_a_text_it_could_read(self, text, values):
        try:
            read = compiled(text)
        except Malformed:
            return
        if read.names <= set(values):
            assert isinstance(read.fill(values), str)

    @pytest.mark.parametrize(
        "text",
        [
            "{{7*7}}", "{{ 7*7 }}", "{{ a.b }}", "{{ a|safe }}", "{{ a() }}", "{{ A }}",
            "{% include 'x' %}", "{% load x %}", "{# a #}", "{{", "}}", "{% if a == b %}",
            "{{ a", "${a}", "{a}", "{{ _(a) }}",
        ],
    )  # fmt: skip
    def test_leaves_everything_else_as_text(self, text):
        assert compiled(text).fill({"a": "filled"}) == text
        assert compiled(text).names == frozenset()

    def test_never_reads_what_was_filled_in(self):
        typed = "{{ total }}{% if a %}<b>"
        read = compiled("{{ a }}")
        assert read.fill({"a": typed, "total": "1"}) == typed
        assert read.fill({"a": typed}, html=True) == "{{ total }}{% if a %}&lt;b&gt;"

    def test_refuses_to_leave_a_hole(self):
        for text in ("{{ total }}", "{% if total %}x{% endif %}"):
            with pytest.raises(Unfilled, match="total"):
                compiled(text).fill({"a": "1"})

    @pytest.mark.parametrize(
        "text",
        [
            "{% if a %}x", "{% endif %}", "{% else %}", "{% elif a %}",
            "{% if a %}x{% else %}y{% else %}z{% endif %}",
            "{% if a %}x{% else %}y{% elif a %}z{% endif %}",
            "{% if a %}{% endif %}{% endif %}",
        ],
    )  # fmt: skip
    def test_refuses_conditions_that_do_not_match_up(self, text):
        with pytest.raises(Malformed):
            compiled(text)


class TestNames:
    def test_are_all_that_is_said_or_asked_in_any_arm(self):
        read = compiled("{{ a }}{% if b %}{{ c }}{% elif not d %}x{% else %}{{ e }}{% endif %}")
        assert read.names == set("abcde")
        assert read.tested == set("bd")


class TestLeftAsText:
    def test_names_what_looks_like_the_language_and_is_not(self):
        text = "{{ a }} {{7*7}} {% if a %}x{% endif %} {% now %} {{"
        assert left_as_text(text) == ["{{7*7}}", "{% now %}", "{{"]
