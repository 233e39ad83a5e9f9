"""Where the processor’s time of one request goes, by what does it: of one program, or of several one after the other.

python3 benches/speed/profile.py before=PROGRAM after=PROGRAM --write docs/speed.md

Each program serves the same demonstration on a PostgreSQL cluster of its own, in a throw-away folder, while `perf` takes samples.
Programs keep their symbols: build them with CARGO_PROFILE_RELEASE_DEBUG=line-tables-only CARGO_PROFILE_RELEASE_STRIP=none. Needs
`perf`, and what `growth.py` needs.
"""

import argparse
import asyncio
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent.parent / "tests" / "load"))

import growth
import machine
import page
import place as places
import run

# The first that fits a sample’s symbol says what it is; what stands in the kernel says so by itself.
KERNEL = [
    ("kernel: network", r"tcp|sock|skb|inet|ip_|net_|napi|dev_|loopback|backlog|nf_|copy_to_iter|copy_from_iter|csum"),
    ("kernel: files", r"ext4|vfs|folio|jbd2|block|bio|write_iter|pagecache|xa_|xas_|balance_dirty"),
    ("kernel: waking and waiting", r"futex|sched|switch|spin_unlock|epoll|eventfd|wake|select_task|enqueue|dequeue|ttwu|timer"),
    ("kernel: the rest", r""),
]
PROGRAM = [
    ("documents parsed", r"async_graphql_parser|pest"),
    ("documents validated", r"async_graphql::validation|graphql::limits|graphql::strictness|graphql::cost"),
    ("GraphQL engine", r"async_graphql|futures_util|futures_core|indexmap|_::<impl|graphql::order|graphql::batching"),
    ("JSON", r"serde|zmij|ryu|flt2dec|grisu|itoa"),
    ("HTTP", r"hyper|axum|tower|\bhttp::|mio::|httparse|matchit"),
    ("database’s driver", r"sqlx|sea_orm|sea_query|sqlite3|futures_channel|flume"),
    ("log lines and measures", r"tracing|metrics|core::fmt"),
    ("memory allocated and moved", r"_rjem|memmove|memcpy|memset|memcmp|malloc|free|drop_in_place|alloc::|clone"),
    ("keys and hashes", r"moka|sha2|hmac|sip|hash|crossbeam|parking_lot"),
    ("runtime", r"tokio|std::sys|std::thread|pthread|clock_gettime|vdso"),
    ("ours: store and rights", r"observatoire::(store|auth|secrecy|access_log|catalogue|geography)"),
    ("ours: the rest", r"observatoire"),
    ("the rest", r""),
]
MODES = {"answers remembered": {}, "no answer remembered": growth.NO_ANSWERS}
LETTERS = ("a", "b", "e")


def kind(shared_object, symbol) -> str:
    kinds = KERNEL if shared_object.startswith("[kernel") else PROGRAM
    return next(name for name, pattern in kinds if re.search(pattern, symbol))


class Profile(growth.Growth):
    async def sample(self, letter) -> dict[str, float]:
        """Microseconds of the server’s processor a request, by kind."""
        data = self.folder / "samples"
        seconds = self.options.seconds
        await self.load(self.bodies[letter], 16, seconds / 2)
        perf = await asyncio.create_subprocess_exec(
            "perf", "record", "--quiet", "--freq", "1999", "--pid", str(self.instance.process.pid), "--output", str(data), "--", "sleep", str(seconds),
        )
        before = self.server.processes.seconds()
        answer = await self.load(self.bodies[letter], 16, seconds)
        spent = (self.server.processes.seconds() - before) * 1e6 / answer["requests"]
        await perf.wait()
        report = await places.run(["perf", "report", "--input", data, "--stdio", "--no-children", "--fields", "overhead,dso,symbol", "--field-separator", "\t", "--percent-limit", "0"])
        shares: dict[str, float] = {}
        for line in report.splitlines():
            parts = [part.strip() for part in line.split("\t")]
            if len(parts) == 3 and parts[0].endswith("%"):
                name = kind(parts[1], parts[2])
                shares[name] = shares.get(name, 0.0) + float(parts[0].rstrip("%"))
        if not (whole := sum(shares.values())):
            raise places.Trouble("perf took no sample")
        return {name: share / whole * spent for name, share in shares.items()}


async def profiled(options, binary):
    options.binary = binary
    profile = Profile(options)
    found = {}
    try:
        await profile.begin()
        for mode, settings in MODES.items():
            await profile.serve(settings)
            for letter in LETTERS:
                found[mode, letter] = await profile.sample(letter)
                run.say(f"{binary.name}, {mode}, {letter}: {sum(found[mode, letter].values()):.0f} µs")
    finally:
        await profile.end()
    return found


def text(options, found) -> str:
    labels = list(found)
    parts = [page.table(("what", "measured"), [
        *[row for row in machine.rows(next(iter(options.programs.values())), options.postgres) if row[0] not in ("program that asks", "server")],
        ("each measure", f"{options.seconds:g} s of samples, 16 connections, 200 bodies in turn; PostgreSQL’s own time is not in it"),
    ])]
    for mode in MODES:
        heads = ["µs of a request", *(f"{letter}, {label}" for letter in LETTERS for label in labels)]
        rows = []
        for name, _ in [*PROGRAM, *KERNEL]:
            row = [found[label][mode, letter].get(name, 0.0) for letter in LETTERS for label in labels]
            if any(value >= 0.5 for value in row):
                rows.append((name, *(f"{value:,.0f}" for value in row)))
        whole = [sum(found[label][mode, letter].values()) for letter in LETTERS for label in labels]
        rows.append(("**all**", *(f"**{value:,.0f}**" for value in whole)))
        parts += [f"With {mode}:", page.table(heads, rows)]
    return "\n\n".join(parts)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("programs", nargs="+", type=run.setting, help="NAME=PROGRAM, release builds with symbols")
    parser.add_argument("--seconds", type=float, default=4, help="of each measure")
    options = growth.parsed(parser)
    options.programs = {label: pathlib.Path(path).absolute() for label, path in options.programs}
    return options


async def main() -> int:
    options = arguments()
    try:
        found = {label: await profiled(options, binary) for label, binary in options.programs.items()}
    except (run.Wrong, places.Trouble) as trouble:
        print(f"Nothing could be measured: {trouble}", file=sys.stderr)
        return 2
    told = text(options, found)
    print("\n" + told)
    if options.write:
        page.write(options.write, "profile", told)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
