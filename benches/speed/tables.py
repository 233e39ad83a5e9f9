"""What was measured, as numbers and as ratios."""

import dataclasses
import math

import page
from five import LETTERS, WORDS

NAMES = {"sqlite": "ours, SQLite", "postgresql": "ours, PostgreSQL", "postgraphile": "PostGraphile", "plain": "plain statement"}
VARIANTS = {"same": "same body", "new": "another body each time"}


@dataclasses.dataclass
class Measure:
    letter: str
    variant: str
    connections: int
    server: str
    # Requests a second; milliseconds; milliseconds of the processor a request; MB; bytes of an answer.
    rate: float
    half: float
    most: float
    cpu: float
    cpu_of_database: float
    memory: float
    size: int

    def line(self) -> str:
        return (
            f"{self.letter} {VARIANTS[self.variant]:22} {self.connections:3} {NAMES[self.server]:16} {self.rate:9,.0f}/s  p50 {self.half:8.2f}  p99 {self.most:8.2f} ms"
            f"  CPU {self.cpu:6.2f} + {self.cpu_of_database:5.2f} ms  {self.memory:5.0f} MB"
        )


def number(value) -> str:
    """Three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def numbers(measured, letter) -> str:
    rows = [
        (
            VARIANTS[one.variant], one.connections, NAMES[one.server], number(one.rate), number(one.half), number(one.most), number(one.cpu),
            "" if one.server == "sqlite" else number(one.cpu_of_database), f"{one.memory:.0f}", f"{one.size / 1000:.1f}",
        )
        for one in measured if one.letter == letter
    ]
    heads = ("asked", "connections", "server", "requests a second", "p50, ms", "p99, ms", "server CPU, ms a request", "PostgreSQL CPU, ms a request", "peak memory, MB", "first answer, kB")
    return page.table(heads, rows)


def ratios(measured, ours, peer) -> str:
    by_place = {(one.letter, one.variant, one.connections, one.server): one for one in measured}
    rows, logs = [], []
    for one in measured:
        other = by_place.get((one.letter, one.variant, one.connections, peer))
        if one.server != ours or other is None:
            continue
        pairs = [
            (one.rate, other.rate), (one.half, other.half), (one.most, other.most), (one.cpu, other.cpu),
            (one.cpu + one.cpu_of_database, other.cpu + other.cpu_of_database), (one.memory, other.memory),
        ]
        found = [mine / its if mine > 0 and its > 0 else None for mine, its in pairs]
        logs.append(found)
        rows.append((one.letter, VARIANTS[one.variant], one.connections, *(number(ratio) if ratio else "too short" for ratio in found)))
    if not rows:
        return ""
    middles = []
    for column in zip(*logs):
        known = [math.log(ratio) for ratio in column if ratio]
        middles.append(f"**{number(math.exp(sum(known) / len(known)))}**" if known else "")
    rows.append(("**all**", "geometric mean", "", *middles))
    heads = ("question", "asked", "connections", "requests a second", "p50", "p99", "server CPU", "CPU with PostgreSQL", "peak memory")
    return f"{NAMES[ours]} ÷ {NAMES[peer]}:\n\n" + page.table(heads, rows)


def five_ratios(measured, peer, connections) -> list[str]:
    """Requests a second of our server on PostgreSQL to those of a peer, with another body each time, question by question."""
    rates = {(one.letter, one.server): one.rate for one in measured if one.variant == "new" and one.connections == connections}
    return [number(rates[letter, "postgresql"] / rates[letter, peer]) if (letter, peer) in rates else "" for letter in LETTERS]


def text(facts, agreed, measured, brief=False) -> str:
    there = {one.server for one in measured}
    parts = [
        page.table(("what", "measured"), facts),
        "The answers agree:",
        page.table(("question", "what", "bodies", "rows compared", "of them without a value"), [
            (letter, WORDS[letter], f"{bodies:,}", f"{rows:,}", f"{nulls:,}") for letter, (bodies, rows, nulls) in agreed.items()
        ]),
        "Ratios. Of requests a second more than 1 is better for us; of everything else less than 1 is.",
    ]
    parts += [found for ours in ("postgresql", "sqlite") for peer in ("postgraphile", "plain") if {ours, peer} <= there and (found := ratios(measured, ours, peer))]
    for letter in () if brief else agreed:
        parts += [f"{letter}: {WORDS[letter]}.", numbers(measured, letter)]
    return "\n\n".join(parts)
