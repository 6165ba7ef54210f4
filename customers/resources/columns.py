"""Columns that several kinds of files have."""

from collections.abc import Mapping
from typing import Any

from portal.lib.columns import Column, account_number, serial

NUMBER = Column(name="number", heading="Mã khách hàng", synonyms=("Mã KH",), parse=account_number())
SERIAL = Column(
    name="serial", heading="Số công tơ", synonyms=("Mã công tơ", "Số CT"), parse=serial()
)

# Where rows of an account keep its number.
OF_ACCOUNT: Mapping[str, Any] = {"number": "account__number"}
