"""Who is told of an outage, of its changes and its end."""

from datetime import timedelta

from django.test import TestCase

from customers.models import Account
from customers.tests.factories import NOON, a_contact, a_superuser, a_unit, an_account
from notifications import sms
from notifications.channels.zalo.templates import LIMITS, has_link_or_phone
from notifications.models import Announcement, Dispatch, Kind, Notice, Outage, Run
from notifications.queries import proof
from notifications.resources import OutageResource, plain_words
from notifications.services import dispatching, outages, planning, rendering
from notifications.services.outages import announcing, loading
from notifications.tests.factories import an_outage
from notifications.tests.fakes import provider
from portal.lib.columns import Row

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AREA = "Phường Bến Thành: Lê Lợi"


def at_home(**fields: object) -> Account:
    """An account at 12/5 Lê Lợi, Phường Bến Thành, with Zalo."""
    account = an_account(**fields)
    a_contact(account=account, kind="zalo")
    return account


def told() -> dict[Account, list[str]]:
    """The subjects of each account's notices without the outage's number, the oldest first."""
    found: dict[Account, list[str]] = {}
    for notice in Notice.objects.order_by("pk").select_related("account", "announcement__outage"):
        assert notice.announcement is not None
        said = notice.subject.removeprefix(notice.announcement.outage.code)
        found.setdefault(notice.account, []).append(said)
    return found


def changed(outage: Outage, **fields: object) -> None:
    """The plan says something else now."""
    for name, value in fields.items():
        setattr(outage, name, value)
    outage.save()
    announcing.announce([outage], at=NOON)


class PlanTests(TestCase):
    def test_tells_who_stands_in_the_area_once(self) -> None:
        here = at_home()
        at_home(address="12 Lê Lai")
        at_home(ward="Phường Sài Gòn")
        at_home(unit=a_unit(code="PE02"))
        at_home(ends_on=NOON.date())
        an_outage()
        planning.plan_due(at=NOON)
        planning.plan_due(at=NOON + DAY)
        assert told() == {here: ["-1"]}

    def test_tells_a_whole_ward_and_a_range_of_numbers(self) -> None:
        here, there = at_home(address="12/5 Lê Lợi"), at_home(address="99 Lê Lợi")
        an_outage(area=f"{AREA} (từ số 2 đến số 40)")
        planning.plan_due(at=NOON)
        assert told() == {here: ["-1"]}
        an_outage(area="P. Bến Thành")
        planning.plan_due(at=NOON)
        assert set(told()) == {here, there}

    def test_tells_an_account_that_was_loaded_later(self) -> None:
        an_outage()
        planning.plan_due(at=NOON)
        here = at_home()
        planning.plan_due(at=NOON + HOUR)
        assert told() == {}
        planning.plan_due(at=NOON + 7 * HOUR)
        assert told() == {here: ["-1"]}
        assert Outage.objects.get().matched == 1

    def test_tells_nothing_of_an_outage_that_is_over(self) -> None:
        at_home()
        an_outage(starts_at=NOON - 2 * HOUR, ends_at=NOON - HOUR)
        planning.plan_due(at=NOON)
        assert told() == {}

    def test_tells_other_hours_to_who_was_told(self) -> None:
        here, outage = at_home(), an_outage()
        planning.plan_due(at=NOON)
        changed(outage, ends_at=outage.ends_at + HOUR)
        planning.plan_due(at=NOON)
        assert told() == {here: ["-1", "-2"]}

    def test_tells_nothing_when_only_the_reason_is_worded_otherwise(self) -> None:
        here, outage = at_home(), an_outage()
        planning.plan_due(at=NOON)
        changed(outage, reason="Bảo trì")
        planning.plan_due(at=NOON)
        assert told() == {here: ["-1"]}

    def test_tells_who_is_concerned_no_more_and_who_is_now(self) -> None:
        left, stays = at_home(), at_home(address="3 Hàm Nghi")
        comes = at_home(address="4 Âu Cơ")
        outage = an_outage(area="Phường Bến Thành: Lê Lợi, Hàm Nghi")
        planning.plan_due(at=NOON)
        changed(outage, area="Phường Bến Thành: Hàm Nghi, Âu Cơ")
        planning.plan_due(at=NOON)
        assert told() == {left: ["-1", "-2-off"], stays: ["-1", "-2"], comes: ["-2-new"]}
        outages.withdraw(outage=outage, by=a_superuser(), at=NOON)
        planning.plan_due(at=NOON)
        assert {len(said) for said in (told()[stays], told()[comes])} == {3, 2}
        assert told()[left] == ["-1", "-2-off"]

    def test_tells_the_end_of_an_unplanned_one_within_seconds_to_who_was_told(self) -> None:
        here, by = at_home(), a_superuser()
        outage = outages.report(found=a_report(), by=by, at=NOON)
        planning.plan_urgent(at=NOON)
        at_home()
        outages.postpone(outage=outage, ends_at=outage.ends_at + HOUR, by=by, at=NOON)
        planning.plan_urgent(at=NOON)
        outages.end(outage=outage, ended_at=NOON + HOUR, by=by, at=NOON + HOUR)
        planning.plan_urgent(at=NOON + HOUR)
        assert told()[here] == ["-1", "-2", "-3"]
        assert [said[0] for said in told().values()] == ["-1", "-2-new"]
        assert Notice.objects.latest("pk").expires_at == NOON + 7 * HOUR

    def test_takes_a_constant_number_of_queries_while_nothing_is_lacking(self) -> None:
        an_outage()
        planning.plan_due(at=NOON)
        with self.assertNumQueries(4):
            planning.outages.plan_planned(at=NOON)
            planning.outages.plan_unplanned(at=NOON)


def a_report(**fields: object) -> outages.Report:
    """Lê Lợi is out since half an hour, for two hours."""
    given = {
        "unit": a_unit(),
        "area": AREA,
        "starts_at": NOON - HOUR / 2,
        "ends_at": NOON + 2 * HOUR,
        "reason": "Cây ngã vào đường dây",
    }
    return outages.Report(**(given | fields))


class SendTests(TestCase):
    def dispatch_of(self, notice: Notice) -> Dispatch:
        return notice.dispatches.get(channel="zalo")

    def test_sends_nothing_that_newer_word_has_overtaken(self) -> None:
        at_home()
        outage = an_outage()
        planning.plan_due(at=NOON)
        outages.withdraw(outage=outage, by=a_superuser(), at=NOON)
        planning.plan_due(at=NOON)
        with provider() as fake:
            dispatching.send_batch(channel="zalo", at=NOON)
        first, second = Notice.objects.order_by("pk")
        assert (first.reach, first.reason) == ("ended", "superseded")
        assert self.dispatch_of(first).reason == "superseded"
        assert self.dispatch_of(second).status == "accepted"
        assert [message.template for message in fake.sent] == ["planned_outage"]

    def test_sends_nothing_once_it_is_over(self) -> None:
        at_home()
        outage = an_outage(starts_at=NOON, ends_at=NOON + HOUR)
        planning.plan_due(at=NOON)
        with provider() as fake:
            dispatching.send_batch(channel="zalo", at=outage.ends_at)
        assert fake.sent == []
        assert Notice.objects.get().reason == "expired"


class WordsTests(TestCase):
    def all_notices(self) -> list[Notice]:
        """One of each piece of news, planned and not."""
        by = a_superuser()
        at_home()
        at_home(address="3 Hàm Nghi")
        outage = an_outage(area="Phường Bến Thành: Lê Lợi, Hàm Nghi", reason="Thay dây " * 20)
        planning.plan_due(at=NOON)
        changed(outage, area="Phường Bến Thành: Hàm Nghi", ends_at=outage.ends_at + HOUR)
        planning.plan_due(at=NOON)
        outages.withdraw(outage=outage, by=by, at=NOON)
        report = outages.report(found=a_report(), by=by, at=NOON)
        planning.plan_due(at=NOON)
        outages.postpone(outage=report, ends_at=NOON + 9 * HOUR, by=by, at=NOON)
        planning.plan_due(at=NOON)
        outages.end(outage=report, ended_at=NOON, by=by, at=NOON)
        planning.plan_due(at=NOON)
        return list(Notice.objects.order_by("pk"))

    def test_fit_every_channel(self) -> None:
        from django.conf import settings

        notices = self.all_notices()
        assert len({n.subject for n in notices}) == 7
        for notice in notices:
            zalo = rendering.render(notice=notice, channel="zalo")
            assert not has_link_or_phone(zalo.text)
            assert len(zalo.data["short"]) <= LIMITS["status"]
            parameters = settings.ZALO_TEMPLATES[notice.kind]["parameters"]
            assert set(parameters) <= set(zalo.data)
            text = rendering.render(notice=notice, channel="sms").text
            assert sms.encoding(text) == "GSM-7"
            assert len(sms.parts(text)) <= 2
            for channel in ("email", "inbox"):
                words = rendering.render(notice=notice, channel=channel)
                assert notice.code in words.text
                assert words.subject

    def test_say_what_was_announced_whatever_was_learned_since(self) -> None:
        at_home()
        outage = an_outage()
        planning.plan_due(at=NOON)
        changed(outage, ends_at=outage.ends_at + HOUR)
        words = rendering.render(notice=Notice.objects.get(), channel="inbox")
        assert "16/11/2026 16:00" in words.text or "16/11/2026" in words.text
        assert "17:00" not in words.text


class ProofTests(TestCase):
    def test_counts_by_the_area_and_finds_who_is_missing(self) -> None:
        staff = a_superuser()
        at_home()
        an_outage()
        planning.plan_due(at=NOON)
        run = Run.objects.get()
        assert (run.kind, proof(run=run, user=staff).accounts) == (Kind.PLANNED_OUTAGE, 1)
        assert proof(run=run, user=staff).balances
        at_home()
        found = proof(run=run, user=staff)
        assert (found.accounts, found.missing, found.balances) == (2, 1, False)


class LoadTests(TestCase):
    def row(self, number: int = 2, **fields: object) -> Row:
        values = {
            "code": "LNC1",
            "unit": a_unit().code,
            "area": AREA,
            "starts_at": NOON + 6 * DAY,
            "ends_at": NOON + 6 * DAY + HOUR,
            "reason": "Bảo trì",
        }
        return Row(number, values | fields)

    def test_says_how_many_accounts_each_concerns(self) -> None:
        at_home()
        rows = [self.row(), self.row(3, code="LNC2", area="Phường Nào Đó: Lê Lợi")]
        found = loading.load(rows=rows, at=NOON).remarks
        assert [(r.row, r.column, r.after[:1]) for r in found] == [
            (2, "area", "1"),
            (3, "area", "0"),
        ]
        assert dict(Outage.objects.values_list("code", "matched")) == {"LNC1": 1, "LNC2": 0}
        assert Outage.objects.matching_nobody(at=NOON).get().code == "LNC2"

    def test_refuses_a_row_that_would_tell_words_that_are_no_place(self) -> None:
        at_home()
        rows = [self.row(area=f"{AREA}; Nộp tiền cho thợ"), self.row(3, code="LNC2")]
        outcome = loading.load(rows=rows, at=NOON)
        assert [(r.row, r.column) for r in outcome.refused] == [(2, "area")]
        assert "Nộp tiền cho thợ" in outcome.refused[0].reason
        assert (outcome.created, outcome.unchanged) == (1, 0)
        assert Outage.objects.get().code == "LNC2"

    def test_refuses_links_and_numbers_naming_row_and_column(self) -> None:
        def found(**fields: object) -> list[str]:
            return [column for column, _why in plain_words(self.row(**fields).values)]

        assert found() == []
        assert found(area=f"{AREA} evn-hcm.top") == ["area"]
        assert found(reason="Gọi 0909.123.456") == ["reason"]
        assert plain_words in OutageResource.table.checks

    def test_flags_what_is_announced_late(self) -> None:
        remarks = loading.load(rows=[self.row(starts_at=NOON + 4 * DAY)], at=NOON).remarks
        assert [remark.column for remark in remarks] == ["area", "starts_at"]

    def test_announces_once_and_again_when_the_hours_change(self) -> None:
        loading.load(rows=[self.row()], at=NOON)
        again = loading.load(rows=[self.row()], at=NOON)
        assert (again.unchanged, again.remarks) == (1, ())
        loading.load(rows=[self.row(ends_at=NOON + 7 * DAY)], at=NOON)
        found = Announcement.objects.order_by("revision").values_list("what", flat=True)
        assert list(found) == ["announced", "changed"]

    def test_leaves_what_was_withdrawn_until_the_plan_says_otherwise(self) -> None:
        loading.load(rows=[self.row()], at=NOON)
        outages.withdraw(outage=Outage.objects.get(), by=a_superuser(), at=NOON)
        loading.load(rows=[self.row()], at=NOON)
        assert Announcement.objects.latest("revision").what == "withdrawn"
        loading.load(rows=[self.row(ends_at=NOON + 7 * DAY)], at=NOON)
        assert Announcement.objects.latest("revision").what == "changed"
        assert Outage.objects.get().over_at is None

    def test_refuses_the_number_of_an_unplanned_one(self) -> None:
        at_home()
        outage = outages.report(found=a_report(), by=a_superuser(), at=NOON)
        outcome = loading.load(rows=[self.row(code=outage.code)], at=NOON)
        assert [refusal.column for refusal in outcome.refused] == ["code"]


class RecordTests(TestCase):
    def setUp(self) -> None:
        self.by = a_superuser()
        at_home()

    def test_refuses_a_place_where_nobody_stands_and_names_it(self) -> None:
        for area in (f"{AREA}, Nộp tiền cho thợ", f"{AREA}; Nộp tiền cho thợ"):
            with self.assertRaises(outages.OwnPlace) as caught:
                outages.report(found=a_report(area=area), by=self.by, at=NOON)
            assert "Nộp tiền cho thợ" in str(caught.exception)
            assert "Lê Lợi" not in str(caught.exception)
        assert not Outage.objects.exists()

    def test_refuses_what_is_not_in_order(self) -> None:
        with self.assertRaises(outages.NotInOrder):
            outages.report(found=a_report(ends_at=NOON - DAY), by=self.by, at=NOON)
        outage = outages.report(found=a_report(), by=self.by, at=NOON)
        with self.assertRaises(outages.NotInOrder):
            outages.end(outage=outage, ended_at=NOON + HOUR, by=self.by, at=NOON)

    def test_ends_once(self) -> None:
        outage = outages.report(found=a_report(), by=self.by, at=NOON)
        outages.end(outage=outage, ended_at=NOON, by=self.by, at=NOON)
        with self.assertRaises(outages.AlreadyOver):
            outages.end(outage=outage, ended_at=NOON, by=self.by, at=NOON)
        with self.assertRaises(outages.AlreadyOver):
            outages.postpone(outage=outage, ends_at=NOON + DAY, by=self.by, at=NOON)

    def test_numbers_the_outages_of_a_day(self) -> None:
        codes = [outages.report(found=a_report(), by=self.by, at=NOON).code for _ in range(2)]
        assert codes == ["SC-PE01-261102-1", "SC-PE01-261102-2"]

    def test_takes_no_free_words_whatever_the_form_let_through(self) -> None:
        for error, fields in (
            (outages.OwnReason, {"reason": "Gọi ngay"}),
            (outages.OwnArea, {"area": f"{AREA} evil.top"}),
        ):
            with self.assertRaises(error):
                outages.report(found=a_report(**fields), by=self.by, at=NOON)

    def test_passes_over_a_number_that_a_file_has_taken(self) -> None:
        an_outage(code="SC-PE01-261102-2")
        codes = [outages.report(found=a_report(), by=self.by, at=NOON).code for _ in range(2)]
        assert codes == ["SC-PE01-261102-3", "SC-PE01-261102-4"]
