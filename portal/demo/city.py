"""A made-up city of any size: rows as the billing system would export them, the same for a seed.

Nobody in it exists. Names, streets and wards are common ones put together by chance; numbers of
phones and meters are drawn; addresses end in ``example.vn``.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from billing.rating import Basis, Rating, rate
from billing.tariff_files import shipped_price_book
from portal.demo.names import FAMILIES, GIVEN, HOUSES, MIDDLES, STREETS, WARDS
from portal.lib.periods import LOCAL, Period

UNITS = {
    "PE01": "Sài Gòn", "PE03": "Chợ Lớn", "PE04": "Gia Định", "PE05": "Tân Thuận",
    "PE10": "Thủ Đức", "PE15": "Bình Chánh", "PE19": "Củ Chi", "PE08": "Hóc Môn",
    "PE16": "An Phú Đông", "PE06": "Bình Phú", "PB04": "Bình Dương", "PB05": "Thuận An",
    "PB06": "Bến Cát", "PB15": "Vũng Tàu", "PB16": "Đất Đỏ",
}  # fmt: skip
PREFIXES = ("032", "033", "038", "070", "077", "081", "083", "086", "090", "091", "097", "098")
COLLECTORS = ("Ngân hàng", "Ví điện tử", "Điểm thu", "Trích nợ tự động")


@dataclass(frozen=True, kw_only=True)
class City:
    """How large, over which months, and by which draw."""

    accounts: int
    months: int
    seed: int
    last_month: date

    def months_in_order(self) -> list[Period]:
        """The billing months, oldest first."""
        months = [Period.of_month(self.last_month)]
        while len(months) < self.months:
            months.append(months[-1].previous_month())
        return months[::-1]

    def units(self) -> Iterator[tuple[str, ...]]:
        """Rows of the file of regional companies, its heading first."""
        yield ("Mã đơn vị", "Tên đơn vị")
        yield from ((code, f"Công ty Điện lực {name}") for code, name in UNITS.items())

    def account_rows(self) -> Iterator[tuple[object, ...]]:
        """Rows of the file of accounts, its heading first."""
        yield (
            "Mã khách hàng", "Tên khách hàng", "Năm sinh", "Địa chỉ sử dụng điện", "Phường/Xã",
            "Điện thoại", "Email", "Mã đơn vị", "Công ty Điện lực", "Mục đích", "Số hộ",
            "Số công tơ", "Hệ số nhân", "Ngày ghi", "Có app", "Theo dõi Zalo",
        )  # fmt: skip
        for home in self.homes():
            yield home.row()

    def homes(self) -> Iterator["Home"]:
        """Every account, in the order of its number; each drawn by itself."""
        return (Home.draw(self.seed, index) for index in range(self.accounts))

    def read_rows(self, *, share: float) -> Iterator[tuple[object, ...]]:
        """Rows of the file of daily reads of the first ``share`` of the accounts."""
        yield ("Mã khách hàng", "Số công tơ", "Ngày", "Chỉ số", "Chất lượng")
        months = self.months_in_order()
        for home in self.homes():
            if home.index >= self.accounts * share:
                return
            yield from home.reads(months)

    def bill_rows(self, month: Period) -> Iterator[tuple[object, ...]]:
        """Rows of the file of one month's bills, its heading first."""
        yield (
            "Kỳ", "Mã khách hàng", "Từ ngày", "Đến ngày", "Chỉ số đầu", "Chỉ số cuối",
            "Sản lượng (kWh)", "Số hộ", "Tiền điện", "Thuế suất", "Tiền thuế GTGT", "Tổng tiền",
            "Ngày phát hành", "Hạn thanh toán",
        )  # fmt: skip
        months = self.months_in_order()
        for home in self.homes():
            yield home.bill(months, month)

    def payment_rows(self, month: Period) -> Iterator[tuple[object, ...]]:
        """Rows of the file of payments for one month's bills: two in three were paid."""
        yield ("Mã khách hàng", "Kỳ", "Số tiền", "Thời điểm", "Kênh thu", "Mã giao dịch")
        months = self.months_in_order()
        for home in self.homes():
            payment = home.payment(months, month)
            if payment is not None:
                yield payment


@dataclass(frozen=True, slots=True)
class Home:
    """One drawn account; everything about it follows from the seed and its index."""

    seed: int
    index: int
    unit: str
    number: str
    daily_wh: int
    households: int
    chance: random.Random

    @classmethod
    def draw(cls, seed: int, index: int) -> "Home":
        chance = random.Random(seed * 1_000_003 + index)
        unit = chance.choice(list(UNITS))
        return cls(
            seed=seed,
            index=index,
            unit=unit,
            number=f"{unit}{index:09d}",
            daily_wh=int(chance.lognormvariate(8.7, 0.55)),
            households=chance.choices((1, 2, 3, 4), (92, 5, 2, 1))[0],
            chance=chance,
        )

    def row(self) -> tuple[object, ...]:
        """The account as the export names it; a tenth of the holders have no phone."""
        chance, born = self.chance, 2026 - int(min(96, max(22, self.chance.gauss(52, 16))))
        phone = f"{chance.choice(PREFIXES)}{chance.randrange(10**7):07d}"
        has_phone, has_mail = chance.random() < 0.9, chance.random() < 0.3
        name = f"{chance.choice(FAMILIES)} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}"
        return (
            self.number, name, born,
            f"{chance.randrange(1, 900)}{chance.choice(HOUSES)} {chance.choice(STREETS)}",
            chance.choice(WARDS), phone if has_phone else "",
            f"kh{self.index}@example.vn" if has_mail else "", self.unit,
            f"Công ty Điện lực {UNITS[self.unit]}",
            chance.choices(("SHBT", "KDDV", "SXBT"), (93, 5, 2))[0], self.households, self.serial,
            1, 31, "x" if chance.random() < 0.45 else "",
            "x" if has_phone and chance.random() < 0.4 else "",
        )  # fmt: skip

    def draw_for(self, month: Period, what: int) -> random.Random:
        """The chance of one of eight things about one month, whatever was drawn before."""
        home = self.seed * 1_000_003 + self.index
        return random.Random(home * 100_000_007 + month.starts_on.toordinal() * 8 + what)

    @property
    def serial(self) -> str:
        return f"{10_000_000 + self.index:08d}"

    def usage_kwh(self, month: Period) -> int:
        """Whole kWh of a month: the home's habit, the season, and chance."""
        season = (90, 88, 104, 118, 122, 112, 106, 104, 102, 100, 96, 92)[month.starts_on.month - 1]
        chance = self.draw_for(month, 0)
        return self.daily_wh * month.days * season * chance.randrange(85, 116) // 10_000_000

    def index_before(self, months: list[Period], month: Period) -> int:
        """The register in whole kWh when ``month`` begins."""
        first = 1_000 + self.index * 37 % 60_000
        return first + sum(self.usage_kwh(m) for m in months if m.starts_on < month.starts_on)

    def reads(self, months: list[Period]) -> Iterator[tuple[object, ...]]:
        """Daily reads; one in fifty days is missing, one in fifty estimated."""
        for month in months:
            chance = self.draw_for(month, 1)
            start, usage = self.index_before(months, month), self.usage_kwh(month)
            for number, day in enumerate(month, start=1):
                kind = chance.randrange(50)
                if kind == 0 and number < month.days:
                    continue
                hundredths = (start * 100) + usage * 100 * number // month.days
                yield (
                    self.number, self.serial, f"{day:%d/%m/%Y}",
                    f"{hundredths // 100},{hundredths % 100:02d}", "TU" if kind == 1 else "TT",
                )  # fmt: skip

    def bill(self, months: list[Period], month: Period) -> tuple[object, ...]:
        """The bill of a month, rated as a household's."""
        start, usage = self.index_before(months, month), self.usage_kwh(month)
        amounts = rated(month.starts_on, month.ends_before, usage, self.households)
        issued = month.ends_before
        return (
            f"{month.starts_on:%m/%Y}", self.number, f"{month.starts_on:%d/%m/%Y}",
            f"{month.last_on:%d/%m/%Y}", start, start + usage, usage, self.households, amounts.net,
            f"{amounts.vat_rate:.0%}", amounts.vat, amounts.total, f"{issued:%d/%m/%Y}",
            f"{issued + timedelta(days=4):%d/%m/%Y}",
        )  # fmt: skip

    def payment(self, months: list[Period], month: Period) -> tuple[object, ...] | None:
        """The payment of a month's bill, or None for the third that has not paid."""
        chance = self.draw_for(month, 2)
        amounts = rated(month.starts_on, month.ends_before, self.usage_kwh(month), self.households)
        if chance.randrange(3) == 0 or amounts.total == 0:
            return None
        issued = datetime.combine(month.ends_before, datetime.min.time(), LOCAL)
        paid_at = issued + timedelta(days=1, minutes=chance.randrange(8_000))
        return (
            self.number, f"{month.starts_on:%m/%Y}", amounts.total, f"{paid_at:%Y-%m-%d %H:%M}",
            chance.choice(COLLECTORS), f"GD{month.starts_on:%Y%m}{self.index:09d}",
        )  # fmt: skip


@lru_cache(maxsize=100_000)
def rated(starts_on: date, ends_before: date, kwh: int, households: int) -> Rating:
    """A household's bill; a city has far fewer amounts than accounts."""
    basis = Basis(
        starts_on=starts_on, ends_before=ends_before, usage=kwh, households=Decimal(households)
    )
    return rate(basis, book=shipped_price_book())
