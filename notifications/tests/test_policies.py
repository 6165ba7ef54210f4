"""A policy changes by versions, and never into something that harms."""

from django.test import TestCase

from customers.tests.factories import a_user
from notifications.forms import PolicyForm
from notifications.models import Kind, KindPolicy
from notifications.services import policies


class VersionTests(TestCase):
    def test_counts_each_change_and_keeps_every_version_with_its_author(self):
        user = a_user()
        for ceiling in (100, 200):
            policy = KindPolicy.objects.get(kind=Kind.SURVEY)
            policy.price_ceiling = ceiling
            policies.save(policy=policy, by=user)
        kept = KindPolicy.history.filter(kind=Kind.SURVEY).order_by("version")
        self.assertEqual(
            list(kept.values_list("version", "price_ceiling")), [(1, 300), (2, 100), (3, 200)]
        )
        self.assertEqual(kept.last().history_user_id, user.pk)


class FormTests(TestCase):
    def refused(self, kind: str, **changes: object) -> set[str]:
        """The fields that the form of a supervisor refuses."""
        policy = KindPolicy.objects.get(kind=kind)
        form = PolicyForm(instance=policy)
        data = {
            "legal_class": policy.legal_class,
            "consent": policy.consent,
            "priority": policy.priority,
            **{f"channels_{step}": name for step, name in enumerate(policy.channels)},
            "keeps_quiet_hours": policy.keeps_quiet_hours,
            "price_ceiling": "" if policy.price_ceiling is None else policy.price_ceiling,
            **changes,
        }
        for name in ("useful_for", "confirm_within"):
            number, unit = form.fields[name].widget.decompress(getattr(policy, name))
            data |= {f"{name}_0": number, f"{name}_1": unit}
        return set(PolicyForm(data, instance=policy).errors)

    def test_takes_every_policy_as_the_migrations_left_it(self):
        for kind in KindPolicy.objects.values_list("kind", flat=True):
            with self.subTest(kind):
                self.assertEqual(self.refused(kind), set())

    def test_asks_no_consent_and_sets_no_ceiling_for_what_the_law_requires(self):
        self.assertEqual(self.refused(Kind.BILL_ISSUED, consent="advice"), {"consent"})
        self.assertEqual(self.refused(Kind.BILL_ISSUED, price_ceiling=500), {"price_ceiling"})

    def test_takes_each_channel_once_and_at_least_one(self):
        twice = {"channels_0": "zalo", "channels_1": "zalo"}
        self.assertEqual(self.refused(Kind.BILL_ISSUED, **twice), {"channels"})
        none = {f"channels_{step}": "" for step in range(5)}
        self.assertEqual(self.refused(Kind.BILL_ISSUED, **none), {"channels"})

    def test_notes_a_further_step_as_a_change(self):
        policy = KindPolicy.objects.get(kind=Kind.BILL_ISSUED)
        policy.channels = ["inbox", "zalo"]
        data = {"channels_0": "inbox", "channels_1": "zalo", "channels_2": "sms"}
        self.assertIn("channels", PolicyForm(data, instance=policy).changed_data)

    def test_asks_a_consent_for_advice(self):
        self.assertEqual(self.refused(Kind.SURVEY, consent=""), {"consent"})

    def test_lets_nothing_wait_that_cannot(self):
        for kind in (Kind.SECURITY, Kind.DISCONNECTION, Kind.UNPLANNED_OUTAGE):
            refused = self.refused(kind, keeps_quiet_hours=True)
            self.assertEqual(refused, {"keeps_quiet_hours"})

    def test_gathers_nothing_that_is_urgent(self):
        within = {"digest_within_0": 30, "digest_within_1": "1"}
        for kind in (Kind.SECURITY, Kind.DISCONNECTION, Kind.UNPLANNED_OUTAGE):
            self.assertEqual(self.refused(kind, **within), {"digest_within"})
        self.assertEqual(self.refused(Kind.BILL_ISSUED, priority=3, **within), {"digest_within"})
        self.assertEqual(self.refused(Kind.BILL_ISSUED, priority=4, **within), set())
