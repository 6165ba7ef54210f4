from unittest import mock

import pytest
from django.db import connection, models
from django.db.migrations import CreateModel, Migration
from django.db.migrations.state import ProjectState
from django.test import TestCase

from portal.lib.tables import CreateModels


def shelf() -> CreateModel:
    return CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))])


def book() -> CreateModel:
    on = models.ForeignKey("tables_of_tests.shelf", models.CASCADE)
    return CreateModel("Book", [("id", models.BigAutoField(primary_key=True)), ("shelf", on)])


def library() -> Migration:
    migration = Migration("0001_tables", "tables_of_tests")
    migration.operations = [CreateModels([shelf(), book()])]
    return migration


def apply(migration: Migration, state: ProjectState) -> None:
    with connection.schema_editor() as editor:
        migration.apply(state, editor)


class CreateModelsTests(TestCase):
    def test_makes_the_tables_and_what_ties_them(self):
        apply(library(), ProjectState())
        with connection.cursor() as cursor:
            relations = connection.introspection.get_relations(cursor, "tables_of_tests_book")
        assert relations == {"shelf_id": ("id", "tables_of_tests_shelf")}

    def test_takes_the_tables_back(self):
        apply(library(), ProjectState())
        with connection.schema_editor() as editor:
            library().unapply(ProjectState(), editor)
        names = connection.introspection.table_names()
        assert [name for name in names if name.startswith("tables_of_tests")] == []

    def test_builds_no_model_more_than_once(self):
        state = ProjectState()
        assert state.apps  # as Django has them built before the first migration
        with mock.patch.object(ProjectState, "reload_model") as again:
            apply(library(), state)
        again.assert_not_called()
        assert state.apps.get_model("tables_of_tests", "Book")._meta.get_field("shelf")


def test_says_what_it_makes():
    assert CreateModels([shelf(), book()]).describe() == "Create models Shelf, Book"


@pytest.mark.parametrize("name", ["Shelf", "Book"])
def test_leaves_the_models_to_later_migrations(name):
    state = library().mutate_state(ProjectState())
    assert ("tables_of_tests", name.lower()) in state.models
