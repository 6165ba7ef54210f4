"""Templates of answers: versions that stay, few placeholders, written by supervisors."""

from datetime import date, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from customers.models import AnswerTemplate, CaseKind, StaffRole
from customers.services import answer_templates
from customers.tests.factories import NOON, a_case, a_member, a_staff_user

TODAY = NOON.date()
DAY = timedelta(days=1)
ADD = reverse("admin:customers_answertemplate_add")


def written(**fields: Any) -> AnswerTemplate:
    given = {"kind": "bill", "name": "Hẹn gọi", "text_vi": "Chào {name}.", "text_en": "Hi {name}.",
             "valid_from": TODAY + DAY, **fields}  # fmt: skip
    return answer_templates.write(by=a_staff_user(), today=TODAY, **given)


def offered(on: date) -> list[int]:
    rows = AnswerTemplate.objects.offered(kind="bill", on=on).filter(name="Hẹn gọi")
    return [template.version for template in rows]


class WriteTests(TestCase):
    def test_makes_the_next_version_from_a_day_on(self):
        written()
        second = written(valid_from=TODAY + 5 * DAY)
        self.assertEqual(second.version, 2)
        self.assertEqual(written(name="Khác").version, 1)
        self.assertEqual(written(kind="outage").version, 1)
        found = [offered(TODAY + days * DAY) for days in (0, 1, 4, 5)]
        self.assertEqual(found, [[], [1], [1], [2]])

    def test_begins_after_today_and_after_what_is_written(self):
        written(valid_from=TODAY + 5 * DAY)
        for valid_from in (TODAY - DAY, TODAY, TODAY + 4 * DAY, TODAY + 5 * DAY):
            with self.assertRaises(answer_templates.BeginsTooEarly):
                written(valid_from=valid_from)

    def test_wants_words_in_both_languages_and_a_name(self):
        for fields in ({"text_vi": " \n "}, {"text_en": ""}, {"name": "\u200b "}):
            with self.subTest(fields), self.assertRaises(answer_templates.SaysNothing):
                written(**fields)

    def test_takes_three_names_in_braces_and_nothing_else(self):
        written(text_vi="{name} {number} {due}")
        for text in ("{amount}", "{name", "name}", "{}", "{{name}}", "{name.password}", "{0}"):
            with self.subTest(text), self.assertRaises(answer_templates.UnknownName):
                written(name="Khác", text_en=text)

    def test_is_there_for_every_kind_and_fills_wholly(self):
        for kind in CaseKind:
            found = list(AnswerTemplate.objects.offered(kind=kind, on=TODAY))
            self.assertTrue(found, kind)
            for template in found:
                for language in ("vi", "en"):
                    case = a_case()
                    text = answer_templates.fill(template, case=case, name="Yến", language=language)
                    self.assertNotRegex(text, r"[{}]")
                    self.assertIn("Yến", text)

    def test_stays_as_it_was_whoever_writes(self):
        template = written()
        rows = AnswerTemplate.objects.filter(pk=template.pk)
        for change in (lambda: rows.update(text_vi="khác"), rows.delete):
            with self.assertRaises(DatabaseError), transaction.atomic():
                change()


class DeskTests(TestCase):
    def setUp(self) -> None:
        self.client.force_login(a_member(StaffRole.SUPERVISOR))
        tomorrow = timezone.localdate() + DAY
        self.typed = {"kind": "bill", "name": "Hẹn gọi", "valid_from": f"{tomorrow:%d/%m/%Y}",
                      "text_vi": "Chào {name}.", "text_en": "Hi {name}."}  # fmt: skip

    def made(self) -> int:
        return AnswerTemplate.objects.filter(name="Hẹn gọi").count()

    def test_writes_a_version_under_the_hand_of_the_supervisor(self):
        self.client.post(ADD, self.typed)
        template = AnswerTemplate.objects.get(name="Hẹn gọi")
        self.assertEqual((template.version, template.written_by.is_staff), (1, True))

    def test_says_beside_the_field_what_is_wrong_and_keeps_what_was_typed(self):
        self.client.post(ADD, self.typed)
        today = f"{timezone.localdate():%d/%m/%Y}"
        for field, value in (
            ("text_vi", "{amount}"), ("text_en", "{amount}"), ("valid_from", today),
            ("valid_from", self.typed["valid_from"]),
        ):  # fmt: skip
            with self.subTest(field, value=value):
                answer = self.client.post(ADD, {**self.typed, field: value})
                self.assertIn(field, answer.context["adminform"].form.errors)
                self.assertContains(answer, value)
        self.assertEqual(self.made(), 1)

    def test_is_no_agents(self):
        self.client.force_login(a_member(StaffRole.AGENT))
        self.assertEqual(self.client.post(ADD, self.typed).status_code, 403)
        self.assertEqual(self.made(), 0)
