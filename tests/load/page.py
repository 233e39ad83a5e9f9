"""Writes what was measured between two marks of a page, and nothing else of it."""

import pathlib


def table(heads, rows) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def write(path: pathlib.Path, mark: str, text: str):
    """Replaces what stands between `<!-- mark -->` and `<!-- mark end -->`."""
    begins, ends = f"<!-- {mark} -->", f"<!-- {mark} end -->"
    page = path.read_text()
    before, _, rest = page.partition(begins)
    _, found, after = rest.partition(ends)
    if not found:
        raise SystemExit(f"{path} has no {begins} … {ends}")
    path.write_text(f"{before}{begins}\n\n{text.strip()}\n\n{ends}{after}")
