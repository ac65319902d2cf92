"""Text whose lines were wrapped for sending (RFC 3676, ``format=flowed``), made whole again."""

from collections.abc import Mapping


def unwrap(text: str, parameters: Mapping[str, str]) -> str:
    """Join soft-wrapped lines of the same quoting depth where the part says it is flowed.

    >>> unwrap("one \\ntwo\\n> a \\n> b", {"format": "flowed"})
    'one two\\n> a b'
    """
    if parameters.get("format", "").lower() != "flowed":
        return text
    deletes_space = parameters.get("delsp", "").lower() == "yes"
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:]
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        body = content[:-1] if flows and deletes_space else content
        if open_depth == depth and content != "-- ":
            lines[-1] += body
        else:
            lines.append((">" * depth + " " if depth else "") + body)
        open_depth = depth if flows else -1
    return "\n".join(lines)
