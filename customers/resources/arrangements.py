"""The file of agreements."""

from django.utils.translation import gettext_lazy as _

from customers.models import RelativeContact
from customers.models.arrangements import UNDO_WITHIN
from customers.services.arrangements import from_files
from portal.lib.columns import Column, Table, choice, day, last_day, person_name, phone, text
from portal.lib.importing import SheetResource
from portal.lib.loading import OwnUndo

from .agreement_cells import (
    BANK_NAMES,
    KINDS,
    PAPER_DAYS,
    RELATIONS,
    SOURCES,
    bank_account,
    ends_after_start,
    holds_no_number_in_words,
    says_what_its_kind_needs,
)
from .columns import NUMBER


class ArrangementResource(SheetResource):
    """Agreements on paper from before this system, and mandates that a bank lists."""

    label = _("agreements with customers")
    table = Table(
        kind="arrangements",
        columns=(
            NUMBER,
            Column(
                name="kind",
                heading="Loại thỏa thuận",
                synonyms=("Loại hình hỗ trợ", "Hình thức hỗ trợ"),
                parse=choice(KINDS),
            ),
            Column(
                name="reference",
                heading="Số văn bản",
                synonyms=("Số thỏa thuận", "Số hợp đồng"),
                parse=text(limit=40),
            ),
            Column(
                name="agreed_on",
                heading="Ngày văn bản",
                synonyms=("Ngày ký", "Ngày thỏa thuận"),
                parse=day(past_days=PAPER_DAYS, future_days=0),
            ),
            Column(
                name="starts_on",
                heading="Từ ngày",
                synonyms=("Hiệu lực từ",),
                parse=day(past_days=PAPER_DAYS, future_days=366),
                required=False,
            ),
            Column(
                name="ends_on",
                heading="Đến ngày",
                synonyms=("Hiệu lực đến",),
                parse=last_day(),
                required=False,
            ),
            Column(
                name="source",
                heading="Nguồn",
                parse=choice(SOURCES),
                required=False,
                default=from_files.ON_PAPER,
            ),
            Column(
                name="bank",
                heading="Ngân hàng",
                synonyms=("Tên ngân hàng",),
                parse=choice(BANK_NAMES),
                required=False,
            ),
            Column(
                name="bank_account",
                heading="Số tài khoản",
                synonyms=("Số TK", "STK"),
                parse=bank_account(),
                required=False,
                secret=True,
            ),
            Column(
                name="bank_holder",
                heading="Chủ tài khoản",
                synonyms=("Tên chủ tài khoản", "Chủ TK"),
                parse=person_name(),
                required=False,
            ),
            Column(
                name="relative_name",
                heading="Tên người thân",
                synonyms=("Họ tên người thân",),
                parse=person_name(),
                required=False,
            ),
            Column(
                name="relative_phone",
                heading="Di động người thân",
                synonyms=("Điện thoại người thân", "SĐT người thân"),
                parse=phone(strict=True),
                required=False,
            ),
            Column(
                name="relation",
                heading="Quan hệ",
                parse=choice(RELATIONS),
                required=False,
                default=RelativeContact.Relation.OTHER,
            ),
            Column(
                name="sms_phone",
                heading="Số nhận SMS",
                synonyms=("SĐT nhận SMS", "Số điện thoại nhận SMS"),
                parse=phone(strict=True),
                required=False,
            ),
        ),
        key=("number", "kind"),
        checks=(says_what_its_kind_needs, holds_no_number_in_words, ends_after_start),
    )
    permission = "customers.load_arrangement"
    # Whoever lets the file in decides on each of its rows.
    release_permission = "customers.decide_arrangement"
    # A list of one kind has its columns alone: nothing that is known is erased.
    may_lack = frozenset(column.name for column in table.columns if not column.required)
    builds_on = frozenset({"accounts"})
    two_people = True
    own_undo = OwnUndo(
        table="customers_arrangement",
        within=UNDO_WITHIN,
        offered=_(
            "If this was the wrong file, it can be undone for 24 hours, before a bank takes any "
            "money. Customers are told of that as well."
        ),
        instead=_("Each arrangement can be ended at its own page."),
        extent=from_files.extent,
        batch=from_files.take_back,
    )
    to_decide_on = staticmethod(from_files.to_decide_on)
    load = staticmethod(from_files.load)
