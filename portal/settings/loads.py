"""Files that are loaded: where they are kept, how large they may be, how they are worked on."""

from .env import DATA_DIR, env

MIB = 2**20

LOADS_DIR = env.str("LOADS_DIR", str(DATA_DIR / "loads"))
# A folder a kind, where the billing system writes; by kind, the time of day in Viet Nam by which
# its file of the day is there, as 07:00.
LOADS_INBOX = env.str("LOADS_INBOX", str(DATA_DIR / "inbox"))
LOADS_EXPECTED: dict[str, str] = env.dict("LOADS_EXPECTED", {})
# By how a file came: a browser's upload, a program's, the folder of the billing system, the command
# line.
LOAD_MOST_BYTES = {
    "desk": 50 * MIB,
    "api": 500 * MIB,
    "inbox": 2048 * MIB,
    "command": 2048 * MIB,
}
# Rows that are written in one transaction; a killed worker loses no more.
LOAD_CHUNK = 100_000
# Seconds after which a worker lets other tasks have a turn.
LOAD_TURN = 20.0
