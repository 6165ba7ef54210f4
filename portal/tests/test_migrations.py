"""Files of migrations that stand for earlier ones, and databases that have those."""

from django.db import connection
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.test import TestCase

from portal.tests import sources

OURS = [app for app in sources.APPS if app != "portal"]


def replaced() -> dict[str, list[str]]:
    """The names of the earlier files of each app, in their order."""
    found: dict[str, list[str]] = {app: [] for app in OURS}
    for migration in MigrationExecutor(connection).loader.disk_migrations.values():
        for app, name in migration.replaces:
            found[app].append(name)
    return {app: sorted(names) for app, names in found.items()}


def has(applied: dict[str, list[str]]) -> None:
    """Let the database have exactly these of ours."""
    rows = MigrationRecorder.Migration.objects
    rows.filter(app__in=OURS).delete()
    rows.bulk_create(rows.model(app=app, name=n) for app, names in applied.items() for n in names)


def plan() -> list[str]:
    """What would run, in its order."""
    executor = MigrationExecutor(connection)
    steps = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in steps]


class ReplacedTests(TestCase):
    def test_are_each_replaced_once(self):
        for app, names in replaced().items():
            with self.subTest(app):
                assert len(names) == len(set(names)) > 0

    def test_leave_nothing_to_run_where_all_were_applied(self):
        has(replaced())
        files = MigrationExecutor(connection).loader.disk_migrations
        later = {f"{app}.{name}" for (app, name), file in files.items() if not file.replaces}
        assert set(plan()) - later == set()

    def test_are_not_asked_for_in_a_new_database(self):
        has({})
        files = MigrationExecutor(connection).loader.disk_migrations
        assert sorted(plan()) == sorted(f"{app}.{name}" for app, name in files if app in OURS)

    def test_are_refused_where_only_some_were_applied(self):
        whole = replaced()
        for app, names in whole.items():
            for count in range(1, len(names)):
                has({**whole, app: names[:count]})
                with self.subTest(last=names[count - 1]), self.assertRaises(NodeNotFoundError):
                    MigrationExecutor(connection)

    def test_go_on_where_the_first_migrate_was_broken_off(self):
        has({})
        whole = plan()
        for name in whole[:-1]:
            app, file = name.split(".")
            executor = MigrationExecutor(connection)
            executor.record_migration(executor.loader.disk_migrations[app, file])
            with self.subTest(name):
                assert plan() == whole[whole.index(name) + 1 :]
