"""How much a file may take."""

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """How large a file may be, before and after unpacking, and what reading it may take."""

    file_bytes: int = 50 * MIB
    unpacked_bytes: int = 400 * MIB
    # A small file compresses well and does no harm; the ratio counts from this size on.
    ratio: int = 100
    ratio_counts_from: int = 20 * MIB
    entries: int = 1_000
    # The reader lays a sheet out as a full rectangle, whatever of it is filled.
    cells: int = 20_000_000
    # What the process that looks into a workbook may hold. What it maps of files comes on top, some
    # 10 MiB: together less than 300 MB.
    memory_bytes: int = 270 * MIB
    # Of a processor, for one workbook, however often its rows are asked for.
    seconds: int = 60
    # How long one waits for it, all in all: a busy machine gives it less than a processor.
    waiting_seconds: int = 300
