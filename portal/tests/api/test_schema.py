"""The published schema is complete, valid, and what the API does."""

from io import StringIO

from django.core.management import call_command
from django.test import TestCase


class SchemaTests(TestCase):
    def test_is_valid_and_has_no_warning(self) -> None:
        out = StringIO()
        call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
        self.assertIn("/api/v1/accounts/{number}/bills/{month}/", out.getvalue())
