"""Keep the one message catalogue of Atalaya: extract, translate, check and compile.

The English sentences in the source are the msgids; Spanish is written with ``set`` and never by
opening the file. The file is sorted by msgid and carries neither line numbers nor dates, so two
branches that add different sentences merge without a conflict in most cases.

    tools/messages.py update            read the source, add what is new, retire what is gone
    tools/messages.py missing           print as JSON what has no Spanish yet
    tools/messages.py set < es.json     {"Save": "Guardar", "%(n)s day": ["%(n)s día", "…"]}
    tools/messages.py compile           write the .mo files
    tools/messages.py check             exit 1 when anything is missing, stale or does not fit

A message with a context is named ``context|msgid`` in JSON. In templates, ``{% trans %}`` blocks
are trimmed and new style: the environment must set ``ext.i18n.trimmed`` and ``newstyle=True``.
"""

from __future__ import annotations

import argparse
import difflib
import fcntl
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "atalaya"
LANGUAGES = ("es", "en")
CACHE = ROOT / "build" / "messages-cache.json"
CACHE_VERSION = 3
TEMPLATES = {".html", ".txt", ".jinja", ".xml", ".svg"}

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(
    r"%\((\w+)\)[-#0 +]*\d*(?:\.\d+)?([a-zA-Z])|%%|%([a-zA-Z])|\{(\w+)[^{}]*\}"
)
METADATA = {
    "Project-Id-Version": "atalaya",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


@dataclass(frozen=True, order=True)
class Message:
    """One sentence of the source: its text, and its plural and context where it has them."""

    msgid: str
    context: str = ""
    plural: str = ""

    @property
    def key(self) -> str:
        """How the message is named in JSON."""
        return f"{self.context}|{self.msgid}" if self.context else self.msgid


@dataclass
class Extraction:
    """What the source says, and which files could not be read just now."""

    messages: dict[str, Message] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Keep a message; the same sentence with a plural wins over the one without."""
        known = self.messages.get(message.key)
        if known is None or (message.plural and not known.plural):
            self.messages[message.key] = message


class Refused(Exception):
    """The request cannot be carried out; the text says why."""


# -- extracting ----------------------------------------------------------------------------------


def extract(source: Path = SOURCE) -> Extraction:
    """Read every Python file and template below ``source`` (tests left out)."""
    cache = _read_cache()
    fresh: dict[str, list[object]] = {}
    found = Extraction()
    for path in _files(source):
        stat = path.stat()
        name = str(path)
        stamp = [stat.st_mtime_ns, stat.st_size]
        kept = cache.get(name)
        if isinstance(kept, list) and kept[0] == stamp:
            rows = kept[1]
        else:
            try:
                rows = _extract_file(path)
            except Exception as problem:  # a file somebody is in the middle of writing
                found.unreadable[name] = f"{type(problem).__name__}: {problem}"
                continue
        fresh[name] = [stamp, rows]
        for msgid, context, plural in rows:
            found.add(Message(msgid, context, plural))
    if source == SOURCE:
        _write_cache(fresh)
    return found


def _files(source: Path) -> Iterator[Path]:
    skipped = {"tests", "migrations", "__pycache__", "node_modules", "static", "locale"}
    for path in sorted(source.rglob("*")):
        parts = path.relative_to(source).parts
        readable = path.suffix == ".py" or (
            path.suffix in TEMPLATES and not {"templates", "components"}.isdisjoint(parts)
        )
        if readable and skipped.isdisjoint(parts) and path.is_file():
            yield path


def _extract_file(path: Path) -> list[list[str]]:
    from babel.messages.extract import extract as babel_extract  # slow to import, rarely needed

    if path.suffix == ".py":
        method = "python"
        options = {"encoding": "utf-8"}
        compile(path.read_bytes(), str(path), "exec")  # half-written files must not look empty
    else:
        method = "jinja2.ext:babel_extract"
        options = {
            "encoding": "utf-8",
            "trimmed": "true",
            "newstyle_gettext": "true",
            "silent": "false",
            "extensions": "jinja2.ext.do",
        }
    rows: list[list[str]] = []
    with path.open("rb") as handle:
        for _line, message, _comments, context in babel_extract(
            method, handle, keywords=KEYWORDS, options=options
        ):
            singular, plural = (
                (message[0], message[1]) if isinstance(message, tuple) else (message, "")
            )
            if singular:
                rows.append([singular, context or "", plural or ""])
    return rows


def _read_cache() -> dict[str, object]:
    try:
        stored = json.loads(CACHE.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    files = stored.get("files")
    return files if stored.get("version") == CACHE_VERSION and isinstance(files, dict) else {}


def _write_cache(files: dict[str, list[object]]) -> None:
    CACHE.parent.mkdir(exist_ok=True)
    _replace(CACHE, json.dumps({"version": CACHE_VERSION, "files": files}))


# -- the catalogue -------------------------------------------------------------------------------


def catalogue_path(language: str, locale: Path | None = None) -> Path:
    """Where the sentences of a language are kept."""
    return (locale or SOURCE / "locale") / language / "LC_MESSAGES" / "django.po"


def load(language: str, locale: Path | None = None) -> polib.POFile:
    """Read a catalogue, or begin an empty one."""
    path = catalogue_path(language, locale)
    if path.exists():
        return polib.pofile(str(path), wrapwidth=0, encoding="utf-8")
    return polib.POFile(wrapwidth=0, encoding="utf-8")


def save(language: str, entries: list[polib.POEntry], locale: Path | None = None) -> bool:
    """Write a catalogue in its canonical form; true when the file changed."""
    catalogue = polib.POFile(wrapwidth=0, encoding="utf-8")
    catalogue.metadata = {**METADATA, "Language": language}
    entries = sorted(entries, key=lambda entry: (entry.obsolete, entry.msgid, entry.msgctxt or ""))
    for entry in entries:
        entry.occurrences = []
        entry.flags = [flag for flag in entry.flags if flag == "fuzzy"]
        catalogue.append(entry)
    path = catalogue_path(language, locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = str(catalogue).rstrip("\n") + "\n"
    if path.exists() and path.read_text("utf-8") == text:
        return False
    _replace(path, text)
    return True


def _replace(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, "utf-8")
    beside.replace(path)


@contextmanager
def locked(locale: Path | None = None) -> Iterator[None]:
    """Let one process at a time read, change and write the catalogues."""
    folder = locale or SOURCE / "locale"
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def key_of(entry: polib.POEntry) -> str:
    """How an entry is named in JSON."""
    return f"{entry.msgctxt}|{entry.msgid}" if entry.msgctxt else entry.msgid


def update(found: Extraction, *, prune: bool = False, locale: Path | None = None) -> list[str]:
    """Bring the catalogues in line with the source; returns one line per catalogue changed.

    A sentence that left the source is retired (kept aside with its Spanish) and comes back when
    the sentence does; ``prune`` forgets the retired ones. Nothing is retired while a file of the
    source cannot be read.
    """
    report = []
    for language in LANGUAGES:
        known = {key_of(entry): entry for entry in load(language, locale)}
        added = sum(_merge(known, message, language) for message in found.messages.values())
        gone = 0
        if not found.unreadable:
            for key, entry in list(known.items()):
                if key not in found.messages:
                    gone += not entry.obsolete
                    entry.obsolete = False  # or it never counts as translated
                    if prune or not entry.translated():
                        del known[key]
                    entry.obsolete = True
        if save(language, list(known.values()), locale):
            report.append(f"{language}: {added} new, {gone} retired, {len(found.messages)} in all")
    return report


def _merge(known: dict[str, polib.POEntry], message: Message, language: str) -> bool:
    entry = known.get(message.key)
    is_new = entry is None
    if entry is None:
        entry = polib.POEntry(msgid=message.msgid, msgctxt=message.context or None)
        known[message.key] = entry
    entry.obsolete = False
    if (entry.msgid_plural or "") != message.plural:
        before = entry.msgstr or dict(entry.msgstr_plural).get(0, "")
        entry.msgid_plural = message.plural
        entry.msgstr = "" if message.plural else before
        entry.msgstr_plural = {0: before, 1: ""} if message.plural else {}
    if message.plural and not entry.msgstr_plural:
        entry.msgstr_plural = {0: "", 1: ""}
    if language == "en":  # the source is English; what it says is what is shown
        entry.msgstr = "" if message.plural else message.msgid
        entry.msgstr_plural = {0: message.msgid, 1: message.plural} if message.plural else {}
    return is_new


# -- translating ---------------------------------------------------------------------------------


def set_spanish(answers: dict[str, object], locale: Path | None = None) -> int:
    """Write Spanish sentences; all of them or, when one does not fit, none."""
    catalogue = load("es", locale)
    live = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    problems = []
    for key, answer in answers.items():
        entry = live.get(key)
        if entry is None:
            near = difflib.get_close_matches(key, list(live), n=1, cutoff=0.6)
            hint = f"; nearest: {near[0]!r}" if near else ""
            problems.append(f"no such message: {key!r}{hint}")
            continue
        forms = answer if isinstance(answer, list) else [answer]
        wanted = 2 if entry.msgid_plural else 1
        if len(forms) != wanted or not all(isinstance(form, str) and form for form in forms):
            shape = '["singular", "plural"]' if wanted == 2 else "one text"
            problems.append(f"{key!r} takes {shape}")
            continue
        wrong = misfits(entry.msgid, entry.msgid_plural or "", forms)
        problems.extend(f"{key!r}: {sentence}" for sentence in wrong)
        if entry.msgid_plural:
            entry.msgstr_plural = dict(enumerate(forms))
        else:
            entry.msgstr = forms[0]
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    if problems:
        raise Refused("\n".join([*problems, "Nothing was written."]))
    save("es", list(catalogue), locale)
    return len(answers)


def placeholders(text: str) -> set[str]:
    """The named and positional gaps of a sentence, in one spelling."""
    gaps = set()
    for match in PLACEHOLDER.finditer(text):
        name, kind, positional, braces = match.groups()
        if name:
            gaps.add(f"%({name}){kind}")
        elif positional:
            gaps.add(f"%{positional}")
        elif braces:
            gaps.add("{" + braces + "}")
    return gaps


def misfits(msgid: str, plural: str, forms: list[str]) -> list[str]:
    """Why a translation does not fit its sentence (empty when it does)."""
    wrong = []
    allowed = placeholders(msgid) | placeholders(plural)
    for number, form in enumerate(forms):
        source = msgid if number == 0 else plural
        # "one day" may leave the number out, and a translator may put it in: only the plural
        # form has to say everything.
        needed = placeholders(source) if not plural or number else set()
        has = placeholders(form)
        if missing := needed - has:
            wrong.append(f"the translation leaves out {', '.join(sorted(missing))}")
        if extra := has - allowed:
            wrong.append(f"the translation invents {', '.join(sorted(extra))}")
        ends = [(text[:1] == "\n", text[-1:] == "\n") for text in (source, form)]
        if ends[0] != ends[1]:
            wrong.append("line breaks at the start or the end differ")
    return wrong


def missing(locale: Path | None = None) -> dict[str, object]:
    """What has no Spanish yet, in the shape that ``set`` takes."""
    answer: dict[str, object] = {}
    for entry in load("es", locale):
        if not entry.obsolete and (not entry.translated() or "fuzzy" in entry.flags):
            answer[key_of(entry)] = ["", ""] if entry.msgid_plural else ""
    return answer


def check(found: Extraction, locale: Path | None = None) -> list[str]:
    """Everything wrong with the catalogues, one line each."""
    problems = [f"cannot be read: {path}: {why}" for path, why in found.unreadable.items()]
    for language in LANGUAGES:
        live = {key_of(entry): entry for entry in load(language, locale) if not entry.obsolete}
        problems.extend(
            f"{language}: not in the catalogue: {key!r} (run: make messages)"
            for key in sorted(found.messages.keys() - live.keys())
        )
        for key, entry in live.items():
            message = found.messages.get(key)
            if message is None:
                problems.append(f"{language}: no longer in the source: {key!r}")
            elif (entry.msgid_plural or "") != message.plural:
                problems.append(f"{language}: the plural of the source changed: {key!r}")
            if "fuzzy" in entry.flags:
                problems.append(f"{language}: only guessed: {key!r}")
            elif not entry.translated():
                problems.append(f"{language}: not translated: {key!r}")
            else:
                problems.extend(f"{language}: {key!r}: {text}" for text in _misfits_of(entry))
    return problems


def _misfits_of(entry: polib.POEntry) -> list[str]:
    forms = [entry.msgstr]
    if entry.msgid_plural:
        forms = [text for _index, text in sorted(entry.msgstr_plural.items())]
        if len(forms) != 2:
            return [f"has {len(forms)} forms instead of two"]
    return misfits(entry.msgid, entry.msgid_plural or "", forms)


def compile_catalogues() -> bool:
    """Write the binary catalogues that Django reads, as the build does; true when one changed."""
    sys.path.insert(0, str(ROOT / "src"))
    from atalaya.ui import assets

    return assets.compile_catalogues(ROOT)


# -- the command ---------------------------------------------------------------------------------


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")


def _updated(*, prune: bool = False) -> Extraction:
    found = extract()
    for path, why in found.unreadable.items():
        sys.stderr.write(f"skipped {path}: {why}\n")
    _say(*(update(found, prune=prune)))
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run one sub-command; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["update", "set", "missing", "compile", "check"])
    parser.add_argument(
        "--prune", action="store_true", help="update: forget retired messages and their Spanish"
    )
    options = parser.parse_args(arguments)
    try:
        with locked():
            return _run(options.command, prune=options.prune)
    except Refused as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1


def _run(command: str, *, prune: bool) -> int:
    if command == "update":
        _updated(prune=prune)
    elif command == "missing":
        found = extract()
        update(found)
        _say(json.dumps(missing(), ensure_ascii=False, indent=1, sort_keys=True))
    elif command == "set":
        answers = json.load(sys.stdin)
        if not isinstance(answers, dict):
            raise Refused("Give one JSON object on standard input: see --help.")
        _updated()
        _say(f"{set_spanish(answers)} written, {len(missing())} still without Spanish")
        compile_catalogues()
    elif command == "compile":
        _say("compiled" if compile_catalogues() else "nothing to compile")
    else:
        problems = check(extract())
        _say(*problems)
        return 1 if problems else 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
