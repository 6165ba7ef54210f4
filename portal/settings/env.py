"""The environment, read once: every setting that differs between installations."""

from pathlib import Path

from environs import Env

BASE_DIR = Path(__file__).resolve().parents[2]

env = Env()
DATA_DIR: Path = Path(env.str("DATA_DIR", str(BASE_DIR / ".data"))).resolve()
