"""What two people let in: one asks for its undo, another has it done or declines it."""

from datetime import timedelta
from typing import Any
from unittest import mock

from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from billing.models import Payment
from customers.models import Load, StaffRole
from customers.services import loads
from customers.services.loads import manifest, undoing, working
from customers.tests.factories import a_member
from portal.tests.test_import_admin import BAD, AtDesk


class AskedTests(AtDesk):
    def setUp(self) -> None:
        super().setUp()
        self.load = self.loaded(self.good(), BAD)
        self.act(self.load, "undo", sure="1")

    def after(self, verb: str, *, client: Client | None = None, **data: str) -> Any:
        """The page once the step was taken, and the load as it stands."""
        page = self.act(self.load, verb, client=client, **data)
        self.load.refresh_from_db()
        return page

    def as_agent(self) -> Client:
        client = Client()
        client.force_login(a_member(StaffRole.AGENT))
        return client

    def there(self) -> bool:
        """Whether what was loaded stands once the background has done its part."""
        self.work()
        return Payment.objects.exists()

    def test_is_not_done_by_who_asked(self) -> None:
        self.after("undo", sure="1")
        self.assertTrue(self.there())
        self.assertContains(self.page(self.load), "Anh/chị đã đề nghị hoàn tác")

    def test_is_done_by_another(self) -> None:
        self.assertContains(self.as_boss().get(reverse("admin:index")), "?open=second")
        self.after("undo", client=self.as_boss(), sure="1")
        self.assertFalse(self.there())
        self.assertEqual(self.load.undo_asked_by, self.operator)

    def test_is_declined_by_another(self) -> None:
        page = self.after("decline_undo", client=self.as_boss())
        self.assertContains(page, "Đã từ chối hoàn tác: dữ liệu giữ nguyên.")
        self.assertContains(page, f"{self.boss.name} từ chối hoàn tác")
        self.assertTrue(self.there())
        told = manifest.of(load=self.load)
        asked_and_declined = (told["undo_asked_by"], told["undo_declined_by"])
        self.assertEqual(asked_and_declined, (self.operator.pk, self.boss.pk))
        self.assertNotContains(self.as_boss().get(reverse("admin:index")), "?open=second")

    def test_is_not_declined_by_who_asked_nor_by_an_agent(self) -> None:
        for client, code in ((self.client, 200), (self.as_agent(), 403)):
            self.assertEqual(self.after("decline_undo", client=client).status_code, code)
            self.assertTrue(self.load.is_asked_to_undo)

    def test_is_withdrawn_by_who_asked_alone(self) -> None:
        self.after("withdraw_undo", client=self.as_boss())
        self.assertTrue(self.load.is_asked_to_undo)
        page = self.after("withdraw_undo")
        self.assertContains(page, "Đã rút đề nghị hoàn tác")
        self.assertEqual((self.load.undo_asked_by, self.load.undo_declined_by), (None, None))
        self.assertTrue(self.there())

    def test_still_takes_two_once_it_was_declined(self) -> None:
        self.after("decline_undo", client=self.as_boss())
        self.after("undo", client=self.as_boss(), sure="1")
        self.assertEqual((self.load.undo_asked_by, self.load.undo_declined_by), (self.boss, None))
        self.assertTrue(self.there())
        self.after("undo", client=self.as_boss(), sure="1")
        self.assertTrue(self.there())
        self.after("undo", sure="1")
        self.assertFalse(self.there())

    def test_waits_for_the_maker_too_where_another_asked(self) -> None:
        self.after("withdraw_undo")
        self.after("undo", client=self.as_boss(), sure="1")
        self.assertContains(self.client.get(reverse("admin:index")), "?open=second")
        self.assertNotContains(self.as_boss().get(reverse("admin:index")), "?open=second")

    def test_is_declined_also_when_nothing_can_be_undone_any_more(self) -> None:
        long_ago = timezone.now() - timedelta(days=31)
        Load.objects.filter(pk=self.load.pk).update(started_at=long_ago)
        may = self.page(self.load, client=self.as_boss()).context["may"]
        self.assertEqual((may["undo"], may["decline_undo"]), (False, True))
        self.after("decline_undo", client=self.as_boss())
        self.assertEqual(self.load.undo_declined_by, self.boss)

    def test_is_declined_once_and_only_where_it_was_asked_for(self) -> None:
        loads.decline_undo(load=self.load, by=self.boss, at=timezone.now())
        for step in (loads.decline_undo, loads.withdraw_undo):
            given = {"at": timezone.now()} if step is loads.decline_undo else {}
            with self.assertRaises(loads.NotNow):
                step(load=self.load, by=self.boss, **given)

    def test_that_broke_off_is_finished_and_neither_declined_nor_withdrawn(self) -> None:
        self.act(self.load, "undo", client=self.as_boss(), sure="1")
        with mock.patch.object(undoing, "batch", side_effect=RuntimeError):
            for _try in range(working.MOST_TRIES):
                Load.objects.update(rests_until=None)
                self.work()
        for verb, client in (("decline_undo", self.as_boss()), ("withdraw_undo", self.client)):
            self.after(verb, client=client)
            self.assertEqual((self.load.state, self.load.is_asked_to_undo), ("cancelled", True))
        self.after("undo", client=self.as_boss(), sure="1")
        Load.objects.update(rests_until=None)
        self.assertFalse(self.there())

    def test_is_never_declined_by_who_asked_whoever_writes(self) -> None:
        rows = Load.objects.filter(pk=self.load.pk)
        with self.assertRaisesMessage(IntegrityError, "load_undo_declined_by_another"):
            rows.update(undo_declined_by=self.operator, undo_declined_at=timezone.now())
