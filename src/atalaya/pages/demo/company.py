"""The company of the demo: who works there, where, and who helps whom."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMPANY: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
NAME: str = COMPANY["name"]
DOMAIN: str = COMPANY["domain"]
PLAIN = str.maketrans("áéíóúüñ", "aeiouun")


@dataclass(frozen=True)
class Employee:
    """Somebody who works there."""

    name: str
    address: str
    phone: str
    site: str
    department: str
    language: str


def employees(count: int, chance: random.Random) -> list[Employee]:
    """``count`` people, no two of the same name."""
    found: dict[str, Employee] = {}
    sites = COMPANY["sites"]
    while len(found) < count:
        site = chance.choices(sites, weights=[site["share"] for site in sites])[0]
        language = site["language"]
        first, last = COMPANY["first"][language], COMPANY["last"][language]
        names = [chance.choice(first), chance.choice(last)]
        if language == "es":
            names.append(chance.choice(last))
        local = ".".join(names[:2]).lower().translate(PLAIN)
        if local in found:
            continue
        found[local] = Employee(
            name=" ".join(names),
            address=f"{local}@{DOMAIN}",
            phone=f"+{34 if language == 'es' else 353} 9{chance.randrange(10**7, 10**8)}",
            site=site["name"],
            department=chance.choice(COMPANY["departments"][language]),
            language=language,
        )
    return list(found.values())
