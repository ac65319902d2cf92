"""How long work is shown on the terminal: what is being done and how far it is."""

from __future__ import annotations

import sys
import time

import click


class Steps:
    """Shows steps as they happen: one line that is written over on a terminal, else one a step."""

    def __init__(self) -> None:
        self._what = ""
        self._shown_at = 0.0
        self._lively = sys.stderr.isatty()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` (0: unknown) parts of ``what`` are done."""
        new = what != self._what
        now = time.monotonic()
        if not new and (not self._lively or now - self._shown_at < 0.1):
            return
        if new and self._what and self._lively:
            click.echo("", err=True)
        self._what, self._shown_at = what, now
        if not self._lively:
            click.echo(f"{what} …", err=True)
            return
        far = f"{done}/{total}" if total else str(done) if done else ""
        click.echo(f"\r\033[K{what} … {far}", nl=False, err=True)

    def end(self) -> None:
        """Leave the last line as it is and begin a new one."""
        if self._lively and self._what:
            click.echo("", err=True)
        self._what = ""


def size(octets: int) -> str:
    """Bytes for people.

    >>> size(999), size(12_345), size(3_500_000_000)
    ('999 B', '12.3 kB', '3.5 GB')
    """
    value, unit = float(octets), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"
