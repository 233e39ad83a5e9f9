"""Asks the same five questions of our server, of PostGraphile and of a plain handler, over the same rows, and measures.

python3 benches/speed/run.py target/release/observatoire --write docs/speed.md

Makes both databases in a throw-away folder (SQLite, and a PostgreSQL cluster of its own), gets PostGraphile and Node from npm
where they are not there yet, builds the crate `speed`, asks, compares every answer, and prints what was measured. Exits with 1
where the answers differ or one was an error, with 2 where nothing could be measured. Needs Linux, PostgreSQL's programs, npm,
cargo and nothing but Python 3.11.
"""

import argparse
import asyncio
import datetime
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# The clusters, servers and pages of the trial under load are used here too.
sys.path.append(str(ROOT / "tests" / "load"))

import five
import machine
import page
import place as places
import servers
import tables

SETTINGS = {"OBSERVATOIRE_RATE_LIMIT": "0", "OBSERVATOIRE_GRAPHIQL": "false"}
CALLER = ("--partner", "CCAS-DIJON", "--role", "ANALYST", "--purpose", "NEEDS_ANALYSIS")
# Communes and IRIS of a country.
COUNTRY = {"first_commune": 1, "last_commune": 35_000, "first_iris": 1, "last_iris": 51_000}
SERVERS = ("sqlite", "postgresql", "postgraphile", "plain")


class Wrong(Exception):
    """Answers differ, or one of them was an error."""


def list_of(allowed):
    def parse(text):
        names = text.split(",")
        if unknown := set(names) - set(allowed):
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: none of {', '.join(allowed)}")
        return names

    return parse


def setting(text):
    name, found, value = text.partition("=")
    if not found:
        raise argparse.ArgumentTypeError(f"{text} is no NAME=VALUE")
    return name, value


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", type=pathlib.Path, help="the server's program, a release build")
    parser.add_argument("--seconds", type=float, default=5, help="of each measure")
    parser.add_argument("--connections", type=lambda text: [int(part) for part in text.split(",")], default=[1, 16, 64])
    parser.add_argument("--only", type=list_of((*five.LETTERS, *five.COUNTRY)), help="questions, such as a,b")
    parser.add_argument("--without", type=list_of(SERVERS), default=[], help="servers that are left out: " + ", ".join(SERVERS))
    parser.add_argument("--bodies", type=int, default=200, help="of each question, at most, that are sent in turn")
    parser.add_argument("--big", action="store_true", help="the PostgreSQL database has the territories and observations of a country")
    parser.add_argument("--postgres", type=pathlib.Path, default=places.programs_of_postgres(), help="folder of initdb and pg_ctl")
    parser.add_argument("--program", type=pathlib.Path, help="the crate `speed`, built; by default cargo builds it")
    parser.add_argument("--packages", type=pathlib.Path, default=ROOT / "target" / "speed" / "postgraphile", help="folder for npm's packages")
    parser.add_argument("--pool", type=int, default=8, help="connections of each server to its database")
    parser.add_argument("--setting", type=setting, default=[], action="append", help="of our server, NAME=VALUE; it is named with the results")
    parser.add_argument("--keep", action="store_true", help="leaves the folder with logs, databases, bodies and answers")
    parser.add_argument("--write", type=pathlib.Path, help="page that what was measured is written to")
    options = parser.parse_args()
    options.binary = options.binary.absolute()
    if not options.postgres:
        parser.error("there is no PostgreSQL: name its folder (--postgres)")
    if "postgresql" in options.without:
        parser.error("everything is compared with our server on PostgreSQL: it cannot be left out")
    options.only = options.only or [*five.LETTERS, *(five.COUNTRY if options.big else ())]
    if not options.big and set(five.COUNTRY) & set(options.only):
        parser.error("f is asked of a country (--big)")
    if options.big:
        options.without = sorted({*options.without, "sqlite"})
    return options


def say(words):
    print(words, file=sys.stderr, flush=True)


class OnCluster:
    """Whoever has `options` and a `cluster` asks it."""

    async def sql(self, file, **variables):
        named = [part for name, value in variables.items() for part in ("-v", f"{name}={value}")]
        await places.run([self.options.postgres / "psql", "-Xwq", "-v", "ON_ERROR_STOP=1", *named, "-d", self.cluster.url, "-f", file])

    async def rows(self, sql):
        return [line.split("|") for line in (await self.cluster.ask(sql)).splitlines()]


class Bench(OnCluster):
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="observatoire-speed."))
        self.folder.chmod(0o755)
        self.cluster = places.Cluster(options.postgres, self.folder)
        self.running: dict[str, servers.Server] = {}
        self.measured = []
        self.agreed = {}
        self.versions = {}

    def remembers_nothing(self) -> bool:
        return ("OBSERVATOIRE_KEPT_ANSWERS", "0") in self.options.setting

    def names(self):
        return [name for name in SERVERS if name not in self.options.without]

    async def begin(self):
        options = self.options
        self.program = options.program or await servers.build(ROOT)
        await self.cluster.create()
        settings = {**SETTINGS, "OBSERVATOIRE_CONNECTIONS": str(options.pool), **dict(options.setting)}
        ours = {"postgresql": places.Instance("postgresql", options.binary, self.folder, {**settings, "DATABASE_URL": self.cluster.url})}
        if "sqlite" in self.names():
            without = {name: value for name, value in settings.items() if name != "DATABASE_URL"}
            ours["sqlite"] = places.Instance("sqlite", options.binary, self.folder, without)
            ours["sqlite"].environment.pop("DATABASE_URL", None)
        headers = {}
        for name, instance in ours.items():
            say(f"our server on {name}: the demonstration is built")
            await instance.command("demo")
            await servers.write_studies(instance, self)
            if options.big and name == "postgresql":
                say("a country's territories and observations are added")
                await self.sql(HERE / "big.sql", **COUNTRY)
            token = (await instance.command("token", *CALLER, "--ttl", "8h")).strip()
            headers[name] = {
                "Authorization": f"Bearer {token}",
                "X-Purpose": "NEEDS_ANALYSIS",
                "Accept-Language": "en",
                "Accept": "application/graphql-response+json",
            }
            await instance.start()
            self.running[name] = servers.Server.ours(name, instance, headers[name])
        say("what is asked is looked up")
        lookup = await five.look_up(self.running)
        say("the peers' tables are copied")
        await self.sql(HERE / "peer.sql", partner=CALLER[1], studies=",".join(lookup.studies))
        lookup.indicator_rows = dict(await self.rows("SELECT code, id FROM peer.indicator"))
        lookup.territory_rows = {}
        for code, row in await self.rows("SELECT code, id FROM peer.territory WHERE level IN ('COMMUNE', 'AGGLOMERATION') AND id < 1000000"):
            lookup.territory_rows.setdefault(code, []).append(int(row))
        if "plain" in self.names():
            self.running["plain"] = await servers.plain(self.program, self.cluster.url, options.pool, self.folder)
        if "postgraphile" in self.names():
            packages = await servers.install(HERE / "postgraphile", options.packages)
            self.running["postgraphile"] = await servers.postgraphile(packages, self.cluster.url, options.pool, self.folder)
            self.versions = await servers.versions(packages)
            lookup.cursors["postgraphile"] = await five.cursors_of_postgraphile(self.running["postgraphile"])
        # What PostgreSQL would do of itself a minute after so much was written, in the middle of the first measures.
        await self.cluster.ask("VACUUM ANALYZE")
        await self.cluster.ask("CHECKPOINT")
        self.questions = {letter: five.QUESTIONS[letter](lookup, options.bodies) for letter in options.only}

    async def load(self, server, letter, bodies, connections, seconds, save=None):
        command = [self.program, "load", "--url", server.address(letter), "--connections", connections, "--seconds", seconds]
        for name, value in server.headers.items():
            command += ["--header", f"{name}: {value}"]
        for body in bodies:
            command += ["--body", body]
        if save:
            command += ["--save", save]
        told = json.loads(await places.run(command))
        if told["errors"]:
            raise Wrong(f"question {letter}, {server.name}: {told['errors']} of {told['requests'] + told['errors']} were not answered as they should be; the first: {told['fault']}")
        return told

    def write_bodies(self, server, letter):
        """One file a body; their paths, in the same order for every server."""
        folder = self.folder / "bodies" / server.name / letter
        folder.mkdir(parents=True)
        paths = []
        for number, asked in enumerate(self.questions[letter].asked):
            paths.append(folder / f"{number:03}.json")
            paths[-1].write_text(json.dumps(self.questions[letter].body(server.kind, asked)))
        return paths

    def compare(self, letter, answers):
        """Every answer, row by row, with that of our server on PostgreSQL."""
        question, compared, nulls = self.questions[letter], 0, 0
        for number, asked in enumerate(question.asked):
            file = f"{number:03}.json"
            told = {}
            for name, folder in answers.items():
                answer = json.loads((folder / file).read_text())
                kind = self.running[name].kind
                if kind != "plain" and "errors" in answer:
                    raise Wrong(f"question {letter}, {name}, {asked}: {answer['errors'][:2]}")
                told[name] = question.rows(kind, answer, asked)
            true = sorted(told["postgresql"], key=repr)
            if not true:
                raise Wrong(f"question {letter}, {asked}: nothing is answered, so that nothing is compared")
            compared += len(true)
            nulls += sum(row[-1] is None for row in true)
            for name, rows in told.items():
                rows = sorted(rows, key=repr)
                if rows != true:
                    missing = [row for row in true if row not in rows][:3]
                    more = [row for row in rows if row not in true][:3]
                    raise Wrong(
                        f"question {letter}, {asked}: {name} and our server on PostgreSQL differ ({len(rows)} rows against {len(true)}); "
                        f"there alone: {str(more)[:600]}; here alone: {str(missing)[:600]}"
                    )
        self.agreed[letter] = (len(question.asked), compared, nulls)

    async def measure(self):
        options = self.options
        warm = max(1.0, options.seconds * 0.4)
        cluster = servers.Processes.of_cluster(self.cluster)
        self.began, busy, self.attributed = time.monotonic(), machine.busy_seconds(), 0.0
        own = machine.own_seconds()
        for letter in options.only:
            paths = {name: self.write_bodies(server, letter) for name, server in self.running.items()}
            answers = {}
            for name, server in self.running.items():
                answers[name] = self.folder / "answers" / name / letter
                answers[name].mkdir(parents=True)
                await self.load(server, letter, paths[name], 16, warm, save=answers[name])
            self.compare(letter, answers)
            say(f"{letter}: the answers agree ({self.agreed[letter][1]:,} rows)")
            for variant, count in (("same", 1), ("new", None)):
                for name, server in self.running.items():
                    await self.load(server, letter, paths[name][:count], 16, warm / 2)
                for connections in options.connections:
                    for name, server in self.running.items():
                        server.processes.forget_peak()
                        before, of_database = server.processes.seconds(), cluster.seconds()
                        told = await self.load(server, letter, paths[name][:count], connections, options.seconds)
                        seconds, of_database = server.processes.seconds() - before, cluster.seconds() - of_database
                        measure = tables.Measure(
                            letter, variant, connections, name, told["requests"] / told["seconds"], told["p50_us"] / 1000, told["p99_us"] / 1000,
                            seconds * 1000 / told["requests"], 0.0 if name == "sqlite" else of_database * 1000 / told["requests"], server.processes.peak(),
                            (answers[name] / "000.json").stat().st_size,
                        )
                        self.measured.append(measure)
                        say(measure.line())
        self.lasted = time.monotonic() - self.began
        spent = sum(server.processes.seconds() - server.seconds_before for server in self.running.values())
        self.rest = (machine.busy_seconds() - busy - (machine.own_seconds() - own) - spent - cluster.seconds() + cluster.seconds_before) / (self.lasted * os.cpu_count())

    async def facts(self, load_before):
        options = self.options
        figures, territories, studies = (await self.rows(
            "SELECT (SELECT count(*) FROM peer.observation), (SELECT count(*) FROM peer.territory), (SELECT count(*) FROM peer.study)"))[0]
        records = await self.cluster.ask("SELECT count(*) FROM access_record")
        size = int(await self.cluster.ask("SELECT pg_database_size('observatoire')")) / 1e6
        rows = [row for row in machine.rows(options.binary, options.postgres) if row[0] != "program that asks"]
        packages = servers.locked(ROOT / "Cargo.lock", ["axum", "sqlx", "async-graphql"])
        rows += [
            ("program that asks", "the crate `speed`, on the same machine: one request in flight on each connection, HTTP/1.1 kept open"),
            ("peers", ", ".join(f"{name} {version}" for name, version in self.versions.items()) or "PostGraphile left out"),
            ("plain handler", ", ".join(f"{name} {version}" for name, version in packages.items() if name != "async-graphql")),
            ("our GraphQL engine", f"async-graphql {packages['async-graphql']}"),
            ("data", f"{'the demonstration and a country beside it' if options.big else 'the demonstration'}: {int(territories):,} territories, {int(figures):,} figures, {int(studies):,} studies that the caller finds; {size:,.0f} MB in PostgreSQL at the end, the peers' copy and {int(records):,} records of access among them"),
            ("caller of our server", f"`{' '.join(CALLER)}`, purpose declared, everything on but the limit of the rate" + "".join(f", `{name}={value}`" for name, value in options.setting)),
            ("each server", f"one process, {options.pool} connections to its database"),
            ("each measure", f"{options.seconds:g} s, after a warm-up; {self.lasted:.0f} s in all"),
            ("load average", f"{load_before:.1f} before it began, {machine.load():.1f} at its end"),
            ("other work", f"{max(0.0, self.rest) * 100:.0f} % of the machine's processors" + ("; **times are too long for it, ratios less so**" if self.rest > 0.1 else "")),
        ]
        return rows

    async def end(self):
        for server in self.running.values():
            server.stop()
        try:
            await self.cluster.control("stop", "-m", "immediate")
        except places.Trouble:
            pass
        if self.options.keep:
            say(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


async def main() -> int:
    options = arguments()
    load_before = machine.load()
    bench = Bench(options)
    try:
        await bench.begin()
        await bench.measure()
        text = tables.text(await bench.facts(load_before), bench.agreed, bench.measured, brief=bench.remembers_nothing())
    except Wrong as wrong:
        print(f"WRONG {wrong}", file=sys.stderr)
        return 1
    except places.Trouble as trouble:
        print(f"Nothing could be measured: {trouble}", file=sys.stderr)
        return 2
    finally:
        await bench.end()
    print("\n" + text)
    if options.write:
        mark = "speed of a country" if options.big else "speed"
        page.write(options.write, mark + ", no answer remembered" * bench.remembers_nothing(), text)
        for peer, name in (("postgraphile", "PostGraphile"), ("plain", "plain statement")):
            if peer in bench.running and 16 in options.connections and set(five.LETTERS) <= set(options.only):
                kept = "none" if bench.remembers_nothing() else "as usual"
                told = (datetime.date.today(), "a country" if options.big else "the demonstration", kept, name)
                heads = ("day", "data", "answers remembered", "÷", *five.LETTERS)
                page.remember(options.write, "days", heads, (*told, *tables.five_ratios(bench.measured, peer, 16)), len(told))
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
