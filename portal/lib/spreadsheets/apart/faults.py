"""What is wrong with a workbook, as a code: the words for it are the parent's."""

DAMAGED, TOO_MANY, BOMB, UNSAFE = "damaged", "too_many", "bomb", "unsafe"
MACROS, OUTSIDE, BINARY, OTHER_ARCHIVE = "macros", "outside", "binary", "other_archive"
NO_DATA, SEVERAL, NO_SUCH_SHEET, TOO_LARGE = "no_data", "several", "no_such_sheet", "too_large"
MEMORY, TIME, CRASHED = "memory", "time", "crashed"


class Fault(Exception):
    """The workbook is not taken; ``values`` are what the words for it name."""

    def __init__(self, code: str, **values: str | int | list[str]) -> None:
        super().__init__(code, values)
        self.code, self.values = code, values
