"""The switch by which a company's bills go by SMS as before."""

from django.core.management import CommandError, call_command
from django.test import TestCase

from customers.tests.factories import a_unit


class SwitchTests(TestCase):
    def test_is_thrown_by_name_and_leaves_a_history(self):
        unit = a_unit(code="PE01")
        self.assertFalse(unit.bills_by_sms)
        call_command("bills_by_sms", "PE01", "on", verbosity=0)
        unit.refresh_from_db()
        self.assertTrue(unit.bills_by_sms)
        self.assertTrue(unit.history.latest().bills_by_sms)
        call_command("bills_by_sms", "PE01", "off")
        unit.refresh_from_db()
        self.assertFalse(unit.bills_by_sms)

    def test_knows_no_other_company(self):
        with self.assertRaises(CommandError):
            call_command("bills_by_sms", "PE99", "on")
