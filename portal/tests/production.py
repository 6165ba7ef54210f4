"""The production settings in a process of their own, filled from deploy/example.env."""

import base64
import os
import secrets
import subprocess
import sys

from cryptography.fernet import Fernet

from portal.settings.env import BASE_DIR

EXAMPLE = BASE_DIR / "deploy" / "example.env"


def example() -> dict[str, str]:
    """The example's settings as they stand there."""
    lines = (line.strip() for line in EXAMPLE.read_text().splitlines())
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name: value.strip('"') for name, value in pairs}


def filled() -> dict[str, str]:
    """The example with a secret in each place where one belongs."""
    settings = {name: value.replace("change-me", secrets.token_urlsafe(50))
                for name, value in example().items()}  # fmt: skip
    # Any 32 bytes are a key of the curve, but for the very largest.
    vapid = base64.urlsafe_b64encode(b"\x01" + secrets.token_bytes(31)).decode().rstrip("=")
    return settings | {"SEAL_KEYS": Fernet.generate_key().decode(), "VAPID_PRIVATE_KEY": vapid}


def bare_environment() -> dict[str, str]:
    """What a process needs from ours, without any setting."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def manage(*arguments: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run manage.py with these settings and nothing of ours from the environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=bare_environment() | settings,
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
