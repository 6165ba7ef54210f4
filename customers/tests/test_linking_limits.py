"""How often linking may be tried, and the alarms about guessing (T01)."""

from datetime import timedelta

from django.test import TestCase

from customers.models import LinkFreeze, LinkRequest
from customers.services import linking
from customers.tests.factories import NOON, a_user
from customers.tests.linking import NOBODYS, Proof, a_home, answer, ask, asked

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
State = LinkRequest.State


class LimitTests(TestCase):
    """T01: at most so many tries by one login, for one code, from one network, on the site."""

    def test_the_sixth_try_of_a_login_in_a_day_is_refused(self):
        user = a_user()
        for at in range(5):
            ask(f"PE0400000000{at}", user=user)
        with self.assertRaises(linking.TooMany):
            ask(a_home(), user=user)
        ask(a_home(), user=user, at=NOON + DAY)

    def test_the_sixth_try_for_a_code_from_six_logins_is_refused_and_an_agent_still_helps(self):
        account = a_home()
        for at in range(5):
            ask(account, network=str(at))
        with self.assertRaises(linking.TooMany):
            ask(account, network="other")
        self.assertEqual(ask(account, proof=Proof.AGENT).state, State.WAITING)

    def test_the_21st_try_for_a_code_in_thirty_days_is_refused(self):
        for at in range(20):
            ask(NOBODYS, network=str(at), at=NOON + (at // 5) * (DAY + HOUR))
        later = NOON + 10 * DAY
        with self.assertRaises(linking.TooMany):
            ask(NOBODYS, at=later)
        ask(NOBODYS, at=NOON + 31 * DAY)

    def test_the_31st_try_from_a_network_in_an_hour_is_refused(self):
        for at in range(30):
            ask(f"PE040000000{at:02d}")
        with self.assertRaises(linking.TooMany):
            ask(a_home())
        ask(a_home(), network="198.51.100.0/24")
        ask(a_home(), at=NOON + HOUR)

    def test_tries_that_led_to_a_link_count_no_more(self):
        user = a_user()
        for _one in range(6):
            request, code = asked(a_home(), user=user)
            answer(request, code)
        self.assertEqual(user.links.count(), 6)

    def test_every_refusal_has_the_same_words(self):
        user = a_user()
        LinkFreeze.objects.create(
            kind="login", subject=str(user.pk), user=user, created_at=NOON, ends_at=NOON + DAY
        )
        with self.assertRaises(linking.TooMany) as frozen:
            ask(a_home(), user=user)
        with self.assertRaises(linking.TooMany) as limited:
            for _one in range(6):
                ask(NOBODYS)
        self.assertEqual(str(frozen.exception), str(limited.exception))


class AlarmTests(TestCase):
    """T01: ten different codes that fail stop a login for a day and alarm the staff."""

    def fail(self, user, numbers, *, at=NOON):
        LinkRequest.objects.bulk_create(
            LinkRequest(
                reference=f"{user.pk}-{number}-{at:%d%H%M}"[-16:],
                user=user,
                number=f"PE{number:011d}",
                proof=Proof.CONTACT,
                state=State.OPEN,
                network=f"{user.pk}",
                created_at=at,
                expires_at=at + timedelta(minutes=15),
            )
            for number in numbers
        )

    def test_stops_the_login_at_ten_different_codes(self):
        user = a_user()
        self.fail(user, range(9), at=NOON - 2 * DAY)
        linking.watch(at=NOON)
        self.assertFalse(LinkFreeze.objects.exists())
        self.fail(user, [9], at=NOON - 2 * DAY)
        with self.assertRaises(linking.TooMany):
            ask(a_home(), user=user)
        alarm = LinkFreeze.objects.get()
        self.assertEqual((alarm.kind, alarm.user), ("login", user))
        with self.assertRaises(linking.TooMany):
            ask(a_home(), user=user, at=NOON + 23 * HOUR)
        ask(a_home(), user=user, at=NOON + 24 * HOUR)

    def test_counts_one_code_once_and_raises_no_alarm_twice(self):
        user = a_user()
        for at in range(12):
            self.fail(user, [1], at=NOON - 2 * DAY + at * HOUR)
            LinkRequest.objects.update(state=State.REPLACED)
        linking.watch(at=NOON)
        self.assertFalse(LinkFreeze.objects.exists())
        self.fail(user, range(10, 20), at=NOON - DAY)
        linking.watch(at=NOON)
        linking.watch(at=NOON)
        self.assertEqual(LinkFreeze.objects.count(), 1)

    def test_tells_of_many_codes_from_one_network_without_stopping_its_homes(self):
        users = [a_user() for _ in range(10)]
        for at, user in enumerate(users):
            self.fail(user, [at], at=NOON - HOUR / 2)
        LinkRequest.objects.update(network="one")
        linking.watch(at=NOON)
        self.assertEqual(LinkFreeze.objects.get().kind, "network")
        ask(a_home())

    def test_a_supervisor_lifts_it_but_not_for_themselves(self):
        user = a_user()
        self.fail(user, range(10), at=NOON - 2 * DAY)
        linking.watch(at=NOON)
        alarm = LinkFreeze.objects.get()
        with self.assertRaises(linking.NotAllowed):
            linking.lift(freeze=alarm, by=user, at=NOON)
        linking.lift(freeze=alarm, by=a_user(), at=NOON)
        ask(a_home(), user=user)
        self.assertEqual(LinkFreeze.objects.count(), 1)

    def test_stops_the_site_for_an_hour_at_five_times_the_usual_failures(self):
        user = a_user()
        for hour in range(2, 168):
            self.fail(user, [hour], at=NOON - hour * HOUR)
        LinkFreeze.objects.all().delete()
        self.fail(a_user(), range(1000, 1050), at=NOON - HOUR / 2)
        linking.watch(at=NOON)
        self.assertFalse(LinkFreeze.objects.filter(kind="site").exists())
        self.fail(a_user(), [2000], at=NOON - HOUR / 2)
        linking.watch(at=NOON)
        self.assertTrue(LinkFreeze.objects.filter(kind="site").exists())
        with self.assertRaises(linking.TooMany):
            ask(a_home(), network="elsewhere")
        ask(a_home(), network="elsewhere", at=NOON + HOUR)
