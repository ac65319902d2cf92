"""A new version meets the data of an older one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.processes.desks import Tree
from tests.processes.test_tree import a_tree

import atalaya

pytestmark = pytest.mark.concurrency
SOURCE = Path(atalaya.__file__).parent
NEXT = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("calendars", "{before}")]
    operations = [migrations.RunSQL("create table newer (id int)"), {more}]
"""
FAILS = "migrations.RunSQL('select 1 / 0')"


@pytest.fixture(scope="module")
def old() -> Iterator[Tree]:
    """A desk with data, down."""
    with a_tree() as tree:
        tree.command("upgrade")
        tree.command("user", "add", "max@example.org", "--role", "admin")
        yield tree


def newer(tree: Tree, folder: Path, *, more: str = "") -> Tree:
    """The same desk with a newer version of the source, that has one more migration."""
    ignored = shutil.ignore_patterns("tests", "__pycache__", "node_modules")
    copy = shutil.copytree(SOURCE, folder / "src" / "atalaya", ignore=ignored)
    migrations = copy / "core" / "calendars" / "migrations"
    before = max(file.stem for file in migrations.glob("0*.py"))
    (migrations / "0999_newer.py").write_text(NEXT.format(before=before, more=more))
    return Tree(tree.folder, settings={"PYTHONPATH": str(folder / "src")})


def tables(tree: Tree) -> str:
    return tree.python(
        "from atalaya.platform.postgres.cluster import Cluster\n"
        "from atalaya.config.environment import environment\n"
        "from django.db import connection\n"
        "with Cluster(environment().places.database):\n"
        "    print(sorted(connection.introspection.table_names()))"
    )


def test_a_migration_that_fails_changes_nothing(old: Tree, tmp_path: Path) -> None:
    before = tables(old)
    with pytest.raises(AssertionError, match=r"division by zero[\s\S]*still runs"):
        newer(old, tmp_path, more=FAILS).command("upgrade")
    assert tables(old) == before
    old.start()
    assert old.get("/health/ready") == 200
    old.stop()


def test_a_migration_that_works_is_applied_after_a_backup(old: Tree, tmp_path: Path) -> None:
    said = newer(old, tmp_path).command("upgrade")
    assert "1 migration was applied" in said
    assert "newer" in tables(old)
    assert list((old.data / "backups").glob("before-upgrade-*.tar.gz"))
    assert "of this version already" in newer(old, tmp_path / "again").command("upgrade")
