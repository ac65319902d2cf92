"""Write the pages that are made from the code, so that they cannot be wrong.

    tools/docs.py               write them
    tools/docs.py --check       exit 1 when one is stale

Configuration comes from the environment's declarations, commands from the command line itself, and
the reference from what packages plug in: facts, permissions, verbs, jobs and the rest.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MADE = "<!-- Made from the code by `make docs`; do not edit. -->"


def configuration() -> str:
    """Every environment variable."""
    from atalaya.config.environment import as_markdown

    return as_markdown()


def commands() -> str:
    """Every sub-command with its options."""
    import click

    from atalaya.cli.main import atalaya

    context = click.Context(atalaya, info_name="atalaya")
    parts = ["# Commands", "", MADE, ""]
    for name in atalaya.list_commands(context):
        parts += list(_command(name, atalaya.get_command(context, name), context))
    return "\n".join(parts).rstrip() + "\n"


def _command(name: str, command: object, above: object) -> Iterator[str]:
    import click

    assert isinstance(command, click.Command)
    assert isinstance(above, click.Context)
    context = click.Context(command, info_name=name, parent=above)
    yield f"## {context.command_path}"
    yield ""
    yield (command.help or "").strip().partition("\f")[0]
    yield ""
    usage = " ".join(command.collect_usage_pieces(context))
    yield from ("```text", f"{context.command_path} {usage}".strip(), "```", "")
    rows = [
        row
        for one in command.get_params(context)
        if (row := one.get_help_record(context)) and "--help" not in row[0]
    ]
    if rows:
        yield from ("| option | |", "|---|---|")
        yield from (f"| `{_cell(option)}` | {_cell(words)} |" for option, words in rows)
        yield ""
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            yield from _command(inner, command.get_command(context, inner), context)


def reference() -> str:
    """What packages plug in: facts, permissions, verbs, jobs, reactions, panels …"""
    from tools.names import names

    from atalaya.core.jobs.actions import periodic_jobs
    from atalaya.core.journal.events import fact_named
    from atalaya.kernel.plugs import PERMISSIONS

    parts = ["# Reference", "", MADE, ""]
    parts += ["What packages declare, by the names that are kept in rows, roles and queues.", ""]
    facts = [name.partition(" ")[2] for name in names() if name.startswith("fact ")]
    parts += ["## Facts", "", "| name | when | fields |", "|---|---|---|"]
    for name in facts:
        kind = fact_named(name)
        assert kind is not None
        fields = ", ".join(f"`{field}`" for field in kind.__dataclass_fields__)
        parts.append(
            f"| `{name}` | {_cell((kind.__doc__ or '').partition(chr(10))[0])} | {fields} |"
        )
    parts += ["", "## Permissions", "", "| name | allows | built-in roles |", "|---|---|---|"]
    for plugged in sorted(PERMISSIONS.everything(), key=lambda one: one.key):
        value = plugged.value
        parts.append(f"| `{value.name}` | {_cell(value.sentence)} | {', '.join(value.roles)} |")
    parts += ["", "## Periodic jobs (cron in UTC)", "", "| name | when |", "|---|---|"]
    parts += [f"| `{name}` | `{cron}` |" for name, cron in sorted(periodic_jobs().items())]
    rest: dict[str, list[str]] = {}
    for line in names():
        kind, _space, name = line.partition(" ")
        if kind not in {"fact", "permission"}:
            rest.setdefault(kind, []).append(f"- `{name}`")
    for kind, lines in sorted(rest.items()):
        parts += ["", f"## By kind: {kind}", "", *lines]
    return "\n".join(parts) + "\n"


def _cell(words: object) -> str:
    return " ".join(str(words).split()).replace("|", "\\|")


PAGES: dict[str, Callable[[], str]] = {
    "docs/run/configuration.md": configuration,
    "docs/run/commands.md": commands,
    "docs/build/reference.md": reference,
}


def stale(pages: Iterable[str] = PAGES) -> list[str]:
    """The pages that are not what the code says; Django must be set up."""
    return [
        page
        for page in pages
        if not (ROOT / page).exists() or (ROOT / page).read_text("utf-8") != PAGES[page]()
    ]


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atalaya.config.settings.testing")  # noqa: TID251 - a program of its own chooses its settings
    os.environ.setdefault("ATALAYA_DATA", tempfile.mkdtemp(prefix="atalaya-docs-"))  # noqa: TID251 - and its data directory
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    import django

    django.setup()


def main() -> int:
    """Write the pages, or say which are stale."""
    _set_up()
    if "--check" in sys.argv[1:]:
        found = stale()
        sys.stdout.write("".join(f"{page} is stale: run make docs\n" for page in found))
        return 1 if found else 0
    for page, make in PAGES.items():
        (ROOT / page).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / page).write_text(make(), "utf-8")
        sys.stdout.write(f"{page}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
