"""Writes what was measured between two marks of a page, and nothing else of it."""

import pathlib


def table(heads, rows) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def remember(path: pathlib.Path, mark: str, heads, row, same: int):
    """Adds a line to the table between two marks, in the place of the one whose first `same` columns say the same."""
    begins, ends = f"<!-- {mark} -->", f"<!-- {mark} end -->"
    _, _, rest = path.read_text().partition(begins)
    lines = [line.strip("| ").split(" | ") for line in rest.partition(ends)[0].splitlines() if line.startswith("| ")]
    row = [str(value) for value in row]
    rows = [line for line in lines[2:] if line[:same] != row[:same]]
    write(path, mark, table(heads, [*rows, row]))


def write(path: pathlib.Path, mark: str, text: str):
    """Replaces what stands between `<!-- mark -->` and `<!-- mark end -->`."""
    begins, ends = f"<!-- {mark} -->", f"<!-- {mark} end -->"
    page = path.read_text()
    before, _, rest = page.partition(begins)
    _, found, after = rest.partition(ends)
    if not found:
        raise SystemExit(f"{path} has no {begins} … {ends}")
    path.write_text(f"{before}{begins}\n\n{text.strip()}\n\n{ends}{after}")
