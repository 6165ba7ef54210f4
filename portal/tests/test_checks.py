import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import checks
from portal.tests import production

SAFE = {
    "DEBUG": False,
    "SECRET_KEY": "kM3vX9qT7zB1nL5wR8cY2hF6jD4gS0pAeU-iO_tVbNmQxWzEyRu",
    "ALLOWED_HOSTS": ["cskh.example.vn"],
    "SITE_URL": "https://cskh.example.vn",
    "CACHES": {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache",
                    "LOCATION": "redis://:pass@redis:6379/1"}
    },
    "TRUSTED_PROXIES": 1,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "CELERY_BROKER_URL": "redis://:pass@redis:6379/0",
    "CELERY_TASK_SERIALIZER": "json",
    "CELERY_ACCEPT_CONTENT": ["json"],
    "VAPID_PRIVATE_KEY": "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA",
    "PUSH_SIMULATED": "",
    "CHANNELS": {"push": {"OPTIONS": {}}},
    "SEAL_KEYS": ["2cJ0e1b6nT1pQ8cGkqJm3tq2o0e9Yv5mF5o2m0yq3nY="],
}  # fmt: skip


def cache(backend: str, location: str = "") -> dict[str, object]:
    """A CACHES setting."""
    name = f"django.core.cache.backends.{backend}"
    return {"default": {"BACKEND": name, "LOCATION": location}}


class Environment:
    """What was read from the environment."""

    def __init__(self, **values: object) -> None:
        self.dump = lambda: values


@pytest.fixture
def installation(monkeypatch):
    """Safe settings, some of them replaced."""

    def installation(**changes: object) -> list[int]:
        given = type("Settings", (), SAFE | changes)
        monkeypatch.setattr(checks, "settings", given)
        monkeypatch.setattr(checks, "env", Environment(HOOK_SECRET="hush", SECRET_KEY=""))
        return [number for number, _ in checks.faults()]

    return installation


class TestFaults:
    def test_has_none_to_tell_of_a_safe_installation(self, installation):
        assert installation() == []

    @pytest.mark.parametrize(
        ("number", "changes"),
        [
            (1, {"DEBUG": True}),
            (12, {"PUSH_SIMULATED": "http://localhost:8001"}),
            (12, {"CHANNELS": {"push": {"OPTIONS": {"simulated": "http://localhost"}}}}),
            (13, {"VAPID_PRIVATE_KEY": "change-me"}),
            (13, {"VAPID_PRIVATE_KEY": "AQID"}),
            (13, {"VAPID_PRIVATE_KEY": ""}),
            (2, {"SECRET_KEY": "short"}),
            (2, {"SECRET_KEY": "a" * 60}),
            (2, {"SECRET_KEY": SAFE["SECRET_KEY"] + "change-me"}),
            (3, {"ALLOWED_HOSTS": ["*"]}),
            (3, {"ALLOWED_HOSTS": []}),
            (4, {"SITE_URL": "http://cskh.example.vn"}),
            (5, {"CACHES": cache("locmem.LocMemCache")}),
            (5, {"CACHES": cache("dummy.DummyCache")}),
            (6, {"CELERY_ACCEPT_CONTENT": ["json", "pickle"]}),
            (6, {"CELERY_TASK_SERIALIZER": "pickle"}),
            (7, {"CELERY_BROKER_URL": "redis://redis:6379/0"}),
            (7, {"CELERY_BROKER_URL": "rediss://:change-me@redis:6379/0"}),
            (7, {"CACHES": cache("redis.RedisCache", "redis://10.0.0.5:6379/1")}),
            (9, {"SEAL_KEYS": ["change-me"]}),
            (9, {"SEAL_KEYS": []}),
            (10, {"TRUSTED_PROXIES": 0}),
            (10, {"SECURE_PROXY_SSL_HEADER": None}),
            (11, {"MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": True}),
        ],
    )
    def test_names_what_is_unsafe(self, installation, number, changes):
        assert installation(**changes) == [number]

    @pytest.mark.parametrize(
        "environment",
        [
            {"HOOK_SECRET": "", "HOTLINE": ""},
            {"HOOK_SECRETS": []},
            {"HOOK_SECRETS": ["change-me"]},
            {"DATABASE_URL": "postgresql://cskh:change-me@db/cskh", "PORT": 1},
        ],
    )
    def test_names_a_value_that_is_missing(self, installation, monkeypatch, environment):
        assert installation() == []
        monkeypatch.setattr(checks, "env", Environment(**environment))
        name = next(iter(environment))
        assert list(checks.faults()) == [(8, f"{name} must be set.")]

    def test_leaves_redis_on_this_machine_alone(self, installation):
        assert installation(CELERY_BROKER_URL="redis://127.0.0.1:6379/0") == []

    def test_quotes_no_secret(self, installation):
        installation(CELERY_BROKER_URL="redis://:change-me@redis:6379/0", SECRET_KEY="hush-hush")
        with pytest.raises(ImproperlyConfigured) as refused:
            checks.refuse_unsafe()
        assert "CELERY_BROKER_URL" in str(refused.value)
        assert "hush" not in str(refused.value)


class TestProductionSettings:
    def test_pass_every_check_when_filled(self):
        done = production.manage(
            "check", "--deploy", "--fail-level", "WARNING", settings=production.filled()
        )
        assert done.returncode == 0, done.stderr
        assert "no issues" in done.stdout

    def test_refuse_the_example_as_it_stands(self):
        done = production.manage("check", settings=production.example())
        assert done.returncode != 0
        assert "Not safe to start: " in done.stderr

    @pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL"])
    def test_fail_loudly_without(self, name):
        settings = production.filled()
        del settings[name]
        done = production.manage("check", settings=settings)
        assert done.returncode != 0
        assert name in done.stderr
