"""Looks for the documents and addresses that take most time and most memory of all that the limits let through.

python3 tests/load/worst.py target/release/observatoire --write docs/load.md

Each candidate is asked of a server that was just started, over the demonstration on SQLite, by somebody of a signatory who sees
most. What the limits refuse is left out; of each kind the one that takes most processor time and the one that takes most memory
are told. Prints every candidate with --all. Exits with 1 where an answer took longer than the limit, or was a fault.
"""

import argparse
import asyncio
import json
import pathlib
import sys
import time

import machine
import page
import place as places
from candidates import candidates
from connection import Connection, Lost, Request

TIME_LIMIT = 20.0
SETTINGS = {"OBSERVATOIRE_RATE_LIMIT": "0", "OBSERVATOIRE_GRAPHIQL": "false", "OBSERVATOIRE_LOG": "warn"}
# The analyst of a commune with true numbers, who reads most; the operator for what is the operator's.
CALLERS = {
    "analyst": ("--partner", "CCAS-DIJON", "--role", "ANALYST"),
    "operator": ("--partner", "GRAND-DIJON", "--role", "OPERATOR"),
}
# One small question first, so that connections to the database and what is made once are there.
FIRST = Request.document('{ observations(first: 1, filter: { indicators: ["PRE03"] }) { totalCount } }')


# What somebody else asks meanwhile.
SMALL = Request.document('{ territory(code: "21231") { population { value } } }')


async def ask_small(port, over: asyncio.Event) -> tuple[float, int]:
    """Asks a small question again and again until something is over; the longest that it took, and how often it failed."""
    connection, longest, failed = Connection(port), 0.0, 0
    while not over.is_set():
        began = time.monotonic()
        try:
            answer = await connection.ask(SMALL.to_bytes(None), TIME_LIMIT + 10)
            failed += answer.status != 200
        except Lost:
            failed += 1
        longest = max(longest, time.monotonic() - began)
        await asyncio.sleep(0.02)
    connection.close()
    return longest, failed


async def measure(instance, tokens, candidate, times: int):
    """Asks once of a new server, for memory; then again for time. None where it is refused; else what it took."""
    connection = Connection(instance.port)
    token = tokens[candidate.caller]
    await instance.start()
    await connection.ask(FIRST.to_bytes(token), 25)
    base = instance.memory()
    took, used, answer, beside = [], [], None, (0.0, 0)
    for turn in range(times):
        before, began = instance.seconds_of_process(), time.monotonic()
        # Only the last time: it would count for processor and memory.
        over = asyncio.Event()
        small = asyncio.create_task(ask_small(instance.port, over)) if turn == times - 1 else None
        try:
            answer = await connection.ask(candidate.request.to_bytes(token), TIME_LIMIT + 10)
        except Lost as lost:
            answer = None
            print(f"  {candidate.kind}: {candidate.name}: {lost}", file=sys.stderr)
        took.append(time.monotonic() - began)
        if small:
            over.set()
            beside = await small
        if answer is None or answer.status != 200:
            break
        # Until the processor time of what ends after the answer is counted too.
        await asyncio.sleep(0.05)
        if not small:
            used.append(instance.seconds_of_process() - before)
        if len(used) == 1:
            peak = instance.memory("VmHWM")
    again, after = instance.memory("VmHWM"), instance.memory()
    connection.close()
    instance.stop()
    if answer is None or answer.status != 200:
        status = answer.status if answer else 0
        told = answer.body[:400] if answer else b""
        gone = any(code in (answer.body if answer else b"") for code in (b"UNAVAILABLE", b"TIMED_OUT", b"INTERNAL"))
        return {"refused": f"{status} {told!r}", "fault": status in (0, 500, 503) or gone, "took": max(took)}
    cost = None
    if candidate.request.address == "/graphql":
        cost = json.loads(answer.body).get("extensions", {}).get("cost", {}).get("requested")
    return {
        "took": sorted(took)[len(took) // 2], "longest": max(took), "used": sorted(used)[len(used) // 2],
        "base": base / 1000, "peak": peak / 1000, "again": again / 1000, "after": after / 1000,
        "size": len(answer.body) / 1e6, "cost": cost, "beside": beside,
    }


async def discover(instance, token):
    """Codes of indicators and territories, and which periods have figures."""
    query = """{ indicators(first: 500) { nodes { code periods dimensions { code } source { audience } } }
        territories(first: 500) { nodes { code level id } } releases(first: 500) { nodes { id } } }"""
    connection = Connection(instance.port)
    answer = await connection.ask(Request.document(query).to_bytes(token), 25)
    connection.close()
    return answer.json()["data"]


def row(candidate, took):
    return (
        candidate.kind, candidate.name, f"{took['cost']:,}" if took["cost"] else "", f"{took['size']:.1f}", f"{took['took'] * 1000:,.0f}",
        f"{took['longest'] * 1000:,.0f}", f"{took['used'] * 1000:,.0f}", f"{took['peak'] - took['base']:.0f}", f"{took['peak']:.0f}", f"{took['again']:.0f}",
        f"{took['beside'][0] * 1000:,.0f}" + (f", {took['beside'][1]} failed" if took["beside"][1] else ""),
    )


HEADS = ("kind", "what", "cost", "answer, MB", "ms, half", "ms, longest", "processor, ms", "more memory, MB", "most, MB", "most after all, MB", "another waits, ms")


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("--times", type=int, default=3, help="how often each is asked of the same server, 2 at least")
    parser.add_argument("--only", default="", help="kinds that begin like this")
    parser.add_argument("--all", action="store_true", help="prints every candidate")
    parser.add_argument("--write", type=pathlib.Path, help="page that what was measured is written to")
    options = parser.parse_args()
    options.binary = options.binary.absolute()
    load_before = machine.load()
    place = places.Place(options.binary, None, ["alone"], SETTINGS)
    instance, wrong, failed, measured, refused = place.instances[0], [], [], [], 0
    loads = []
    try:
        await place.begin()
        tokens = {}
        for name, terms in CALLERS.items():
            tokens[name] = (await instance.command("token", *terms, "--purpose", "URBAN_POLICY", "--ttl", "8h")).strip()
        found = await discover(instance, tokens["operator"])
        instance.stop()
        last = ""
        for candidate in candidates(found):
            if not candidate.kind.startswith(options.only):
                continue
            # Of candidates of one name, the first that is let through counts: they are ordered from the dearest.
            if candidate.group == last:
                continue
            took = await measure(instance, tokens, candidate, options.times)
            loads.append(machine.load())
            if "refused" in took:
                refused += 1
                if options.all:
                    print(f"refused  {candidate.kind}: {candidate.name}: {took['refused'][:160]}", flush=True)
                if took["fault"]:
                    wrong.append(f"{candidate.kind}, {candidate.name}: {took['took']:.1f} s: {took['refused']}")
                    failed.append(f"{candidate.kind}, {candidate.name} (after {took['took']:.1f} s)")
                continue
            last = candidate.group
            measured.append((candidate, took))
            if options.all:
                print(" | ".join(map(str, row(candidate, took))), flush=True)
            if took["longest"] > TIME_LIMIT + 1:
                wrong.append(f"{candidate.kind}: {candidate.name}: {took['longest']:.1f} s")
    finally:
        await place.end(False)
    kinds = list(dict.fromkeys(candidate.kind for candidate, _ in measured))
    told = []
    for kind in kinds:
        of_kind = [one for one in measured if one[0].kind == kind]
        for one in (max(of_kind, key=lambda one: one[1]["used"]), max(of_kind, key=lambda one: one[1]["peak"] - one[1]["base"])):
            if one not in told:
                told.append(one)
    slowest = max(measured, key=lambda one: one[1]["used"])
    largest = max(measured, key=lambda one: one[1]["peak"] - one[1]["base"])
    facts = machine.rows(options.binary, None) + [
        ("database", "the demonstration on SQLite, one instance, one caller at a time"),
        ("load average", f"{load_before:.1f} before it began, up to {max(loads):.1f} meanwhile"
            + ("; **other work ran on the machine: milliseconds are too long for it, those of the processor less so**" if max(loads) > 2 else "")),
        ("tried", f"{len(measured)} that were let through, {refused} that the limits refused"),
        ("let through, and answered with an error of ours", "; ".join(failed) or "none"),
        ("another waits longest", (lambda one: f"{one[1]['beside'][0]:.1f} s, beside {one[0].kind}, {one[0].name}")(max(measured, key=lambda one: one[1]["beside"][0]))),
        ("most processor time", f"{slowest[0].kind}, {slowest[0].name}: {slowest[1]['used']:.1f} s of the processor, {slowest[1]['took']:.1f} s until the answer (the middle one: remembered, where answers are)"),
        ("most memory", f"{largest[0].kind}, {largest[0].name}: {largest[1]['peak'] - largest[1]['base']:.0f} MB more than at rest, {largest[1]['peak']:.0f} MB in all"),
    ]
    text = page.table(("what", "measured"), facts) + "\n\n" + (
        "Of each kind the one that takes most processor time and, where it is another, the one that takes most memory. Each is asked "
        f"{options.times} times of a server that was just started; memory is that of the first time, but for the column that says all. The last time somebody else asks for one public figure "
        "again and again: the last column says how long that took at most:\n\n"
    ) + page.table(HEADS, [row(*one) for one in told])
    print(text)
    for words in wrong:
        print(f"WRONG {words}", file=sys.stderr)
    if options.write:
        page.write(options.write, "worst", text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
