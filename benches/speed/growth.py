"""How what our server takes grows: with figures and territories, with those who ask, with connections, with a file that is published.

python3 benches/speed/growth.py target/release/observatoire --write docs/growth.md

A PostgreSQL cluster of its own in a throw-away folder, the demonstration, and a country beside it that grows step by step. Prints
tables with the exponents that fit them. Exits with 1 where an answer was an error, with 2 where nothing could be measured. Needs
what `run.py` needs, without npm.
"""

import argparse
import asyncio
import json
import math
import pathlib
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.append(str(ROOT / "tests" / "load"))

import acts
import five
import machine
import page
import place as places
import run
import servers

# Communes and IRIS beside the demonstration, at each step.
STEPS = [(0, 0), (400, 600), (4_000, 6_000), (35_000, 51_000)]
VIEWERS = [1, 10, 100, 1_000]
CONNECTIONS = [1, 4, 16, 64, 256]
# Figures for which what was fitted is told on paper.
ON_PAPER = 100_000_000
MODES = {"kept": {"OBSERVATOIRE_KEPT_FIGURES": "1024"}, "read": {"OBSERVATOIRE_KEPT_FIGURES": "0"}}
NO_ANSWERS = {"OBSERVATOIRE_KEPT_ANSWERS": "0"}
TOKENS = {
    "steward": ("CAF21", "PROVIDER"), "grantee": ("COM-21166", "ANALYST"), "operator": ("GRAND-DIJON", "OPERATOR"),
    "referent": ("CCAS-DIJON", "REFERENT"),
}


def exponent(xs, ys) -> float | None:
    """The slope of the line through the logarithms, by least squares: 0 for what stays, 1 for what grows alike."""
    pairs = [(math.log(x), math.log(y)) for x, y in zip(xs, ys) if x > 0 and y and y > 0]
    if len(pairs) < 2 or len({x for x, _ in pairs}) < 2:
        return None
    middle_x, middle_y = statistics.fmean(x for x, _ in pairs), statistics.fmean(y for _, y in pairs)
    return sum((x - middle_x) * (y - middle_y) for x, y in pairs) / sum((x - middle_x) ** 2 for x, _ in pairs)


def told(number) -> str:
    if number is None:
        return ""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def fitted(slope) -> str:
    return "" if slope is None else f"{slope:+.2f}"


class Growth(run.OnCluster):
    def __init__(self, options):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="observatoire-growth."))
        self.folder.chmod(0o755)
        self.cluster = places.Cluster(options.postgres, self.folder)
        self.steps, self.viewers, self.connections = [], [], []
        self.instance = None

    # Asking.

    async def load(self, bodies, connections, seconds, tokens=None):
        server = self.server
        command = [self.program, "load", "--url", server.address("graphql"), "--connections", connections, "--seconds", seconds]
        for name, value in server.headers.items():
            if not (tokens and name == "Authorization"):
                command += ["--header", f"{name}: {value}"]
        for body in bodies:
            command += ["--body", body]
        if tokens:
            command += ["--tokens", tokens]
        answer = json.loads(await places.run(command))
        if answer["errors"]:
            raise run.Wrong(f"{answer['errors']} were not answered as they should be; the first: {answer['fault']}")
        return answer

    async def measure(self, bodies, connections, tokens=None):
        """Milliseconds of the processor a request: the server's, and those of PostgreSQL for it."""
        cluster, server = servers.Processes.of_cluster(self.cluster), self.server
        await self.load(bodies, connections, self.options.seconds / 2, tokens)
        server.processes.forget_peak()
        before, of_database = server.processes.seconds(), cluster.seconds()
        answer = await self.load(bodies, connections, self.options.seconds, tokens)
        requests = answer["requests"]
        return {
            "rate": requests / answer["seconds"], "p50": answer["p50_us"] / 1000, "p99": answer["p99_us"] / 1000,
            "cpu": (server.processes.seconds() - before) * 1000 / requests,
            "database": (cluster.seconds() - of_database) * 1000 / requests, "peak": server.processes.peak(),
        }

    async def serve(self, settings) -> float:
        """Starts the server anew; seconds until it is ready."""
        if self.instance:
            self.instance.stop()
        environment = {**run.SETTINGS, "DATABASE_URL": self.cluster.url, **settings}
        for name in (*NO_ANSWERS, "OBSERVATOIRE_KEPT_FIGURES"):
            self.first.environment.pop(name, None)
        self.first.environment |= environment
        self.instance = self.first
        began = time.monotonic()
        await self.instance.start()
        seconds = time.monotonic() - began
        self.server = servers.Server.ours("postgresql", self.instance, self.headers)
        return seconds

    # What there is.

    async def begin(self):
        options = self.options
        self.program = options.program or await servers.build(ROOT)
        await self.cluster.create()
        self.measures = f"127.0.0.1:{places.free_port()}"
        settings = {**run.SETTINGS, "DATABASE_URL": self.cluster.url, "OBSERVATOIRE_METRICS_LISTEN": self.measures}
        self.first = places.Instance("ours", options.binary, self.folder, settings)
        run.say("the demonstration is built")
        await self.first.command("demo")
        await servers.write_studies(self.first, self)
        token = (await self.first.command("token", *run.CALLER, "--ttl", "8h")).strip()
        self.headers = {
            "Authorization": f"Bearer {token}", "X-Purpose": "NEEDS_ANALYSIS", "Accept-Language": "en",
            "Accept": "application/graphql-response+json",
        }
        await self.serve({})
        lookup = await five.look_up({"postgresql": self.server})
        lookup.territory_rows = {}
        for code, row in await self.rows("SELECT code, id FROM territory WHERE level IN ('COMMUNE', 'AGGLOMERATION')"):
            lookup.territory_rows.setdefault(code, []).append(int(row))
        self.bodies = {}
        for letter in five.LETTERS:
            question = five.QUESTIONS[letter](lookup, options.bodies)
            folder = self.folder / "bodies" / letter
            folder.mkdir(parents=True)
            self.bodies[letter] = []
            for number, asked in enumerate(question.asked):
                self.bodies[letter].append(folder / f"{number:03}.json")
                self.bodies[letter][-1].write_text(json.dumps(question.body("ours", asked)))
        self.acts = acts.Acts([self.first], {}, self.folder)
        await self.acts.prepare()
        for caller, (partner, role) in TOKENS.items():
            subject = ("--subject", await self.referent()) if caller == "referent" else ()
            self.acts.tokens[caller] = (await self.first.command("token", "--partner", partner, "--role", role, "--ttl", "8h", *subject)).strip()

    async def referent(self) -> str:
        """Somebody in office at the partner that asks."""
        return await self.cluster.ask(
            "SELECT subject FROM referent JOIN partner ON partner.id = partner_id WHERE code = 'CCAS-DIJON' ORDER BY from_date DESC LIMIT 1"
        )

    # What is measured.

    async def grow(self):
        before = (0, 0)
        for communes, iris in STEPS[: self.options.steps]:
            if communes:
                await self.sql(HERE / "big.sql", first_commune=before[0] + 1, last_commune=communes, first_iris=before[1] + 1, last_iris=iris)
                before = (communes, iris)
            await self.cluster.ask("VACUUM ANALYZE")
            await self.cluster.ask("CHECKPOINT")
            figures, territories, size = map(int, (await self.rows(
                "SELECT (SELECT count(*) FROM figure), (SELECT count(*) FROM territory), pg_database_size('observatoire')"))[0])
            step = {"figures": figures, "territories": territories, "size": size / 1e6}
            for mode, settings in MODES.items():
                starts = [await self.serve({**NO_ANSWERS, **settings}) for _ in range(3)]
                step["start"] = statistics.median(starts)
                step["rest"] = self.instance.memory() / 1000
                peaks = []
                for letter in five.LETTERS:
                    await self.load(self.bodies[letter], 16, 0.1)
                await self.settled()
                for letter in five.LETTERS:
                    measured = await self.measure(self.bodies[letter], 16)
                    step[mode, letter] = measured["cpu"] + measured["database"]
                    peaks.append(measured["peak"])
                step[mode, "peak"] = max(peaks)
            step["revoke"] = await self.revoked()
            for name, file in (("small", self.acts.small), ("large", self.acts.delivery)):
                step[name] = await self.published(file)
            self.steps.append(step)
            run.say(json.dumps({" ".join(key) if isinstance(key, tuple) else key: value for key, value in step.items()}))

    async def settled(self):
        """Waits until the figures that were asked for are in memory."""
        before, told = None, 0.0
        while told != before:
            before, told = told, 0.0
            await asyncio.sleep(1.5)
            with urllib.request.urlopen(f"http://{self.measures}/metrics", timeout=10) as answer:
                for line in answer.read().decode().splitlines():
                    if line.startswith("observatoire_kept_figures_bytes "):
                        told = float(line.split()[1])

    async def revoked(self) -> float:
        """Milliseconds of the act that revokes the tokens of somebody; their next request is refused."""
        subject = f"growth-{len(self.steps)}"
        token = (await self.first.command("token", "--partner", "CCAS-DIJON", "--role", "READER", "--subject", subject, "--ttl", "1h")).strip()
        theirs = {**self.acts.tokens, "them": token}
        self.acts.tokens = theirs
        await self.acts.ask(self.instance, "them", "{ viewer { partner { code } } }")
        times = []
        for _ in range(5):
            began = time.monotonic()
            await self.acts.mutate(self.instance, "operator", "revokeTokens", f'partner: "CCAS-DIJON", subject: "{subject}"')
            times.append((time.monotonic() - began) * 1000)
        try:
            await self.acts.ask(self.instance, "them", "{ viewer { partner { code } } }")
        except places.Trouble:
            return statistics.median(times)
        raise run.Wrong("a token that was revoked is accepted")

    async def published(self, file) -> tuple[float, float, float]:
        """Seconds to bring a file in and plan it, to publish it, and to withdraw it."""
        began = time.monotonic()
        reference = await self.acts.stage_and_plan(file)
        planned = time.monotonic()
        await self.acts.publish(reference)
        published = time.monotonic()
        await self.acts.withdraw(reference)
        return planned - began, published - planned, time.monotonic() - published

    async def crowd(self):
        """Those who ask, and connections; answers and figures are kept, as they are by default."""
        await self.serve({})
        for letter in five.LETTERS:
            await self.load(self.bodies[letter], 16, 0.1)
        await self.settled()
        tokens = self.folder / "tokens"
        known = []
        for viewers in VIEWERS:
            while len(known) < viewers:
                subject = ("--subject", f"viewer-{len(known)}")
                known.append((await self.first.command("token", *run.CALLER, *subject, "--ttl", "8h")).strip())
            tokens.write_text("\n".join(known) + "\n")
            measured = {letter: await self.measure(self.bodies[letter][:1], 16, tokens) for letter in ("b", "e")}
            self.viewers.append((viewers, measured))
            run.say(f"{viewers} who ask: {measured}")
        for connections in CONNECTIONS:
            measured = {letter: await self.measure(self.bodies[letter], connections) for letter in ("a", "e")}
            self.connections.append((connections, measured))
            run.say(f"{connections} connections: {measured}")

    # What is written.

    def facts(self, load_before):
        rows = [row for row in machine.rows(self.options.binary, self.options.postgres) if row[0] != "program that asks"]
        return rows + [
            ("program that asks", "the crate `speed`, on the same machine"),
            ("each measure", f"{self.options.seconds:g} s, after a warm-up"),
            ("load average", f"{load_before:.1f} before it began, {machine.load():.1f} at its end"),
        ]

    def text(self, load_before) -> str:
        figures = [step["figures"] for step in self.steps]
        heads = ["", *(f"{count:,} figures, {step['territories']:,} territories" for count, step in zip(figures, self.steps)), "exponent", f"at {ON_PAPER:.0e} figures, on paper"]

        def row(name, values, unit=told):
            slope = exponent(figures, values)
            paper = values[-1] * (ON_PAPER / figures[-1]) ** max(slope, 0) if slope is not None else None
            return (name, *map(unit, values), fitted(slope), told(paper))

        asked = [
            row(f"{letter}, {words}", [step[mode, letter] for step in self.steps])
            for mode, words in (("kept", "figures in memory"), ("read", "figures read of the database")) for letter in five.LETTERS
        ]
        rest = [
            row("database, MB", [step["size"] for step in self.steps]),
            row("start-up until it is ready, s", [step["start"] for step in self.steps]),
            row("memory at rest, MB", [step["rest"] for step in self.steps]),
            row("peak memory, figures in memory, MB", [step["kept", "peak"] for step in self.steps]),
            row("peak memory, figures read, MB", [step["read", "peak"] for step in self.steps]),
            row("revocation of a token, ms", [step["revoke"] for step in self.steps]),
        ]
        for name, words in (("small", "a small file"), ("large", "a year of the Caf")):
            for at, act in enumerate(("brought in and planned", "published", "withdrawn")):
                rest.append(row(f"{words} {act}, s", [step[name][at] for step in self.steps]))
        parts = [
            page.table(("what", "measured"), self.facts(load_before)),
            "Processor’s time of a request, of the server and of PostgreSQL together, in ms, with no answer remembered, 16 connections:",
            page.table(heads, asked),
            "What is done once:",
            page.table(heads, rest),
        ]
        names = [count for count, _ in self.viewers]
        rows = [
            (f"{letter}, {words}", *(told(measured[letter][key]) for _, measured in self.viewers), fitted(exponent(names, [measured[letter][key] for _, measured in self.viewers])))
            for letter in ("b", "e") for key, words in (("rate", "requests a second"), ("cpu", "server’s processor, ms a request"), ("peak", "peak memory, MB"))
        ]
        parts += ["By how many ask, each with a token of their own, in turn, on 16 connections:", page.table(["", *map(str, names), "exponent"], rows)]
        names = [count for count, _ in self.connections]
        rows = [
            (f"{letter}, {words}", *(told(measured[letter][key]) for _, measured in self.connections), fitted(exponent(names, [measured[letter][key] for _, measured in self.connections])))
            for letter in ("a", "e") for key, words in (("rate", "requests a second"), ("p50", "p50, ms"), ("p99", "p99, ms"), ("cpu", "server’s processor, ms a request"), ("peak", "peak memory, MB"))
        ]
        parts += ["By connections:", page.table(["", *map(str, names), "exponent"], rows)]
        return "\n\n".join(parts)

    async def end(self):
        if self.instance:
            self.instance.stop()
        try:
            await self.cluster.control("stop", "-m", "immediate")
        except places.Trouble:
            pass
        shutil.rmtree(self.folder, ignore_errors=True)


def parsed(parser):
    """What this program and the one of profiles are told alike."""
    parser.add_argument("--bodies", type=int, default=200, help="of each question, at most, that are sent in turn")
    parser.add_argument("--postgres", type=pathlib.Path, default=places.programs_of_postgres(), help="folder of initdb and pg_ctl")
    parser.add_argument("--program", type=pathlib.Path, help="the crate `speed`, built; by default cargo builds it")
    parser.add_argument("--write", type=pathlib.Path, help="page that what was measured is written to")
    options = parser.parse_args()
    if not options.postgres:
        parser.error("there is no PostgreSQL: name its folder (--postgres)")
    return options


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", type=pathlib.Path, help="the server's program, a release build")
    parser.add_argument("--seconds", type=float, default=3, help="of each measure")
    parser.add_argument("--steps", type=int, default=len(STEPS), help="of the country that grows")
    options = parsed(parser)
    options.binary = options.binary.absolute()
    return options


async def main() -> int:
    options = arguments()
    load_before = machine.load()
    growth = Growth(options)
    try:
        await growth.begin()
        await growth.grow()
        await growth.crowd()
        text = growth.text(load_before)
    except run.Wrong as wrong:
        print(f"WRONG {wrong}", file=sys.stderr)
        return 1
    except places.Trouble as trouble:
        print(f"Nothing could be measured: {trouble}", file=sys.stderr)
        return 2
    finally:
        await growth.end()
    print("\n" + text)
    if options.write:
        page.write(options.write, "growth", text)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
