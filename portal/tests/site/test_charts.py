"""The daily-use chart: what is drawn, what is said, and that both agree."""

from datetime import date, timedelta

from django.template.loader import render_to_string
from django.test import SimpleTestCase
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from billing.use import Mark
from portal.site.charts import FLOOR, TOP, Bar, DayChart, day_chart

FIRST = date(2026, 11, 1)


def bars(*values: int | None, quality: Mark = Mark.MEASURED) -> list[Bar]:
    """One bar a day from FIRST on; a None is a day without data."""
    return [
        Bar(FIRST + timedelta(days=at), wh, Mark.MISSING if wh is None else quality)
        for at, wh in enumerate(values)
    ]


def chart(*values: int | None, quality: Mark = Mark.MEASURED) -> DayChart:
    with override("vi"):
        return day_chart(bars=bars(*values, quality=quality))


def thousandths(length: str) -> int:
    return int(length.removesuffix("%").replace(".", ""))


class GeometryTests(SimpleTestCase):
    def test_draws_the_heights_in_proportion_to_the_use(self):
        low, high = chart(5_000, 10_000).shapes

        self.assertEqual((low.height, high.height), (75, 150))
        self.assertEqual((low.y + low.height, high.y + high.height), (FLOOR, FLOOR))

    def test_draws_a_missing_day_as_a_gap_of_full_height_never_as_zero(self):
        shape = chart(5_000, None).shapes[1]

        self.assertEqual(shape.kind, "missing")
        self.assertEqual((shape.y, shape.height), (TOP, FLOOR - TOP))

    def test_draws_a_known_zero_as_a_line_that_can_be_seen(self):
        shape = chart(0, 5_000).shapes[0]

        self.assertEqual((shape.kind, shape.height), ("measured", 1))

    def test_marks_an_estimated_day(self):
        self.assertEqual(chart(5_000, quality=Mark.ESTIMATED).shapes[0].kind, "estimated")

    def test_survives_a_period_of_which_nothing_is_known(self):
        drawn = chart(None, None)

        self.assertEqual({shape.kind for shape in drawn.shapes}, {"missing"})
        self.assertEqual(drawn.description, "2 ngày chưa có số liệu riêng.")

    @given(
        values=st.lists(st.none() | st.integers(-5_000, 10**9), min_size=1, max_size=62),
        quality=st.sampled_from([Mark.MEASURED, Mark.CORRECTED, Mark.ESTIMATED]),
    )
    def test_keeps_every_bar_inside_the_chart_and_off_its_neighbours(self, values, quality):
        right = 0
        for shape in chart(*values, quality=quality).shapes:
            self.assertGreaterEqual(thousandths(shape.x), right)
            right = thousandths(shape.x) + thousandths(shape.width)
            self.assertLessEqual(right, 1000)
            self.assertGreaterEqual(shape.y, TOP)
            self.assertEqual(shape.y + shape.height, FLOOR)


class AxisTests(SimpleTestCase):
    def test_ends_at_a_round_figure_with_its_unit(self):
        lines = chart(8_700, 4_100).lines

        self.assertEqual([line.text for line in lines], ["5", "10\N{NO-BREAK SPACE}kWh"])
        self.assertEqual([line.line for line in lines], [103, TOP])

    def test_groups_thousands_as_vietnamese_do(self):
        self.assertEqual(chart(2_400_000).lines[-1].text, "3.000\N{NO-BREAK SPACE}kWh")

    def test_names_at_most_five_days(self):
        for count in (1, 5, 6, 7, 28, 31, 45, 62):
            with self.subTest(count=count):
                self.assertLessEqual(len(chart(*[1_000] * count).days), 5)

    def test_names_the_first_day(self):
        self.assertEqual(chart(*[1_000] * 30).days[0].text, "01/11")


class WordsTests(SimpleTestCase):
    def test_gives_the_table_the_same_days_and_figures(self):
        rows = chart(6_150, None).rows

        self.assertEqual(
            [(row.day, row.amount, row.quality) for row in rows],
            [
                ("01/11/2026", "6,2\N{NO-BREAK SPACE}kWh", "thực tế"),
                ("02/11/2026", "chưa có số liệu", "thiếu"),
            ],
        )

    def test_tells_the_highest_day_and_how_many_are_not_measured(self):
        with override("vi"):
            drawn = day_chart(
                bars=[
                    Bar(FIRST, 4_000, Mark.MEASURED),
                    Bar(date(2026, 11, 2), 9_400, Mark.ESTIMATED),
                    Bar(date(2026, 11, 3), None, Mark.MISSING),
                ]
            )

        self.assertEqual(
            drawn.description,
            "Nhiều nhất: 9,4\N{NO-BREAK SPACE}kWh ngày 02/11/2026. "
            "1 ngày tạm tính. 1 ngày chưa có số liệu riêng.",
        )
        self.assertEqual(drawn.title, "Điện dùng mỗi ngày, từ 01/11/2026 đến 03/11/2026")

    def test_does_not_call_a_day_unknown_that_is_only_known_together_with_others(self):
        with override("vi"):
            drawn = day_chart(bars=[Bar(FIRST, None, Mark.TOGETHER)])

        self.assertEqual(drawn.rows[0].amount, "tính gộp với ngày khác")
        self.assertEqual(drawn.gaps, "tính gộp với ngày khác")

    def test_says_it_in_english_too(self):
        with override("en"):
            drawn = day_chart(bars=bars(5_000))

        self.assertEqual(drawn.title, "Electricity used each day, 01/11/2026 to 01/11/2026")


class TemplateTests(SimpleTestCase):
    def render(self, *values: int | None, quality: Mark = Mark.MEASURED) -> str:
        with override("vi"):
            return render_to_string(
                "components/chart_days.html",
                {
                    "chart": day_chart(bars=bars(*values, quality=quality)),
                    "sentence": "Hôm qua <6,2> kWh.",
                },
            )

    def test_says_the_sentence_before_the_picture(self):
        html = self.render(5_000)

        self.assertLess(html.index("Hôm qua &lt;6,2&gt; kWh."), html.index("<svg"))

    def test_gives_the_picture_a_name_and_a_description(self):
        html = self.render(5_000)

        self.assertIn('role="img" aria-labelledby="use-title use-description"', html)
        self.assertIn('<title id="use-title">Điện dùng mỗi ngày', html)
        self.assertIn('<desc id="use-description">Nhiều nhất: 5', html)

    def test_writes_lengths_with_a_dot_also_in_vietnamese(self):
        self.assertIn('x="20.3%"', self.render(5_000))

    def test_explains_the_patterns_only_where_they_occur(self):
        self.assertNotIn("legend", self.render(5_000))
        self.assertIn("tạm tính</li>", self.render(5_000, quality=Mark.ESTIMATED))
        self.assertIn("chưa có số liệu</li>", self.render(5_000, None))
