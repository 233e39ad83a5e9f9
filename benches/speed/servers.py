"""What is measured: processes, what they take, how they are started, and what is added to the demonstration."""

import asyncio
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request

import place as places

# What the studies that are added to the demonstration cite, so many each.
INDICATORS_OF_A_STUDY = 5
STUDIES = 220
TICKS = os.sysconf("SC_CLK_TCK")


def fields(process) -> list[str]:
    """What /proc says of a process, from its state on."""
    return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()


def children(process) -> list[int]:
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int(fields(entry.name)[1]) == process:
                    found.append(int(entry.name))
            except (OSError, IndexError):
                continue
    return found


class Processes:
    """A process and those that it started."""

    def __init__(self, first: int):
        self.first = first
        self.seconds_before = self.seconds()

    @staticmethod
    def of_cluster(cluster) -> "Processes":
        return Processes(int((cluster.data / "postmaster.pid").read_text().splitlines()[0]))

    def all(self) -> list[int]:
        found, new = [], [self.first]
        while new:
            found += new
            new = [child for process in new for child in children(process)]
        return found

    def seconds(self) -> float:
        """Processor time of all, those that have ended among them."""
        ticks = 0
        for process in self.all():
            try:
                # Its own in user and system mode, then that of the ended ones that it waited for.
                ticks += sum(map(int, fields(process)[11:15]))
            except OSError:
                continue
        return ticks / TICKS

    def forget_peak(self):
        """The most memory is counted from here on."""
        for process in self.all():
            try:
                pathlib.Path(f"/proc/{process}/clear_refs").write_text("5")
            except OSError:
                continue

    def peak(self) -> float:
        """The most resident memory since it was forgotten, MB."""
        kilobytes = 0
        for process in self.all():
            try:
                for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
                    if line.startswith("VmHWM:"):
                        kilobytes += int(line.split()[1])
            except OSError:
                continue
        return kilobytes / 1000


class Server:
    """One that is measured; `kind` says in which words it is asked."""

    def __init__(self, name, kind, port, headers, process, stop):
        self.name, self.kind, self.port, self.headers, self.stop = name, kind, port, headers, stop
        self.processes = Processes(process)
        self.seconds_before = self.processes.seconds_before

    @staticmethod
    def ours(name, instance, headers) -> "Server":
        return Server(name, "ours", instance.port, headers, instance.process.pid, instance.stop)

    def address(self, letter) -> str:
        return f"http://127.0.0.1:{self.port}/{letter if self.kind == 'plain' else 'graphql'}"

    async def ask(self, query, variables=None):
        """The data of an answer, for what is looked up before anything is measured."""
        body = json.dumps({"query": query, "variables": variables or {}}).encode()
        request = urllib.request.Request(self.address("graphql"), body, {**self.headers, "Content-Type": "application/json"})

        def asked():
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                raise places.Trouble(f"{self.name}: {error} {error.read()[:500]}") from None

        answer = await asyncio.to_thread(asked)
        if "errors" in answer:
            raise places.Trouble(f"{self.name}: {answer['errors'][:2]}")
        return answer["data"]


async def build(root) -> pathlib.Path:
    """The crate `speed`, in release."""
    told = await places.run([
        "cargo", "build", "--release", "--locked", "--quiet", "--manifest-path", root / "Cargo.toml", "--package", "speed", "--message-format", "json",
    ])
    for line in told.splitlines():
        if (message := json.loads(line)).get("executable"):
            return pathlib.Path(message["executable"])
    raise places.Trouble("cargo built no program")


async def ready(process, port, path, log):
    """Waits until an address answers at all."""
    began = time.monotonic()
    while time.monotonic() - began < places.STARTS_WITHIN:
        if process.poll() is not None:
            raise places.Trouble(f"{log.parent.name} ended by itself: {log.read_text()[-2000:]}")
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: speed\r\nConnection: close\r\n\r\n".encode())
            answer = await asyncio.wait_for(reader.read(), 8)
            writer.close()
            if answer.startswith(b"HTTP/1.1 "):
                return
        except (OSError, TimeoutError):
            pass
        await asyncio.sleep(0.05)
    raise places.Trouble(f"{log.parent.name} does not answer after {places.STARTS_WITHIN} s")


async def started(name, command, port, path, folder, headers, environment=None, cwd="/") -> Server:
    log = folder / name / "log"
    log.parent.mkdir()
    with open(log, "ab") as file:
        process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=environment, cwd=cwd
        )

    def stop():
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    try:
        await ready(process, port, path, log)
    except places.Trouble:
        stop()
        raise
    return Server(name, name, port, headers, process.pid, stop)


async def plain(program, database, pool, folder) -> Server:
    port = places.free_port()
    command = [program, "plain", "--listen", f"127.0.0.1:{port}", "--database", database, "--connections", pool]
    return await started("plain", command, port, "/ready", folder, {})


def node_of(packages) -> str:
    """A Node that is new enough: npm's own package of it."""
    node = packages / "node_modules" / "node" / "bin" / "node"
    return str(node) if node.exists() else "node"


async def install(wanted, packages) -> pathlib.Path:
    """PostGraphile and Node in a folder of their own, once for each list of packages."""
    packages.mkdir(parents=True, exist_ok=True)
    shutil.copy(wanted / "graphile.config.mjs", packages)
    same = (packages / "package.json").exists() and (packages / "package.json").read_text() == (wanted / "package.json").read_text()
    if same and (packages / "installed").exists():
        return packages
    (packages / "installed").unlink(missing_ok=True)
    shutil.copy(wanted / "package.json", packages)
    # The Node of this machine may be older than what the packages want: they are run with the one that is among them.
    await places.run(["npm", "install", "--prefix", packages, "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"])
    (packages / "installed").touch()
    return packages


async def postgraphile(packages, database, pool, folder) -> Server:
    port = places.free_port()
    environment = {
        **os.environ, "NODE_ENV": "production", "SPEED_DATABASE": database, "SPEED_CONNECTIONS": str(pool), "SPEED_PORT": str(port),
    }
    command = [node_of(packages), packages / "node_modules" / "postgraphile" / "dist" / "cli-run.js", "-C", packages / "graphile.config.mjs"]
    headers = {"Accept": "application/graphql-response+json"}
    return await started("postgraphile", command, port, "/", folder, headers, environment, cwd=packages)


async def versions(packages) -> dict[str, str]:
    found = {"Node": (await places.run([node_of(packages), "--version"])).strip().removeprefix("v")}
    for name, words in (("postgraphile", "PostGraphile"), ("postgraphile-plugin-connection-filter", "postgraphile-plugin-connection-filter"), ("pg", "pg")):
        file = packages / "node_modules" / name / "package.json"
        if file.exists():
            found[words] = json.loads(file.read_text())["version"]
    return found


def locked(file, names) -> dict[str, str]:
    text = file.read_text()
    return {name: re.search(rf'name = "{name}"\nversion = "([^"]+)"', text)[1] for name in names}


def studies(indicators) -> str:
    """SQL that adds published studies, each with some of the indicators; both databases take it."""
    rows, links, authors = [], [], []
    for number in range(1, STUDIES + 1):
        row = 100_000 + number
        rows.append(f"({row}, 'THEMA-2026-MESURE-{number:03}', 'THEMATIC', 'Étude pour la mesure, {number}', NULL, 'PUBLISHED', 'SIGNATORIES', '2026-01-{number % 28 + 1:02}')")
        authors.append(f"({row}, (SELECT id FROM partner WHERE code = 'GRAND-DIJON'))")
        cited = {indicators[(number * 7 + step * 11) % len(indicators)] for step in range(INDICATORS_OF_A_STUDY)}
        links += [f"({row}, {indicator})" for indicator in sorted(cited)]
    return (
        f"INSERT INTO study (id, reference, kind, title, summary, status, audience, published_on) VALUES {', '.join(rows)};\n"
        f"INSERT INTO study_author (study_id, partner_id) VALUES {', '.join(authors)};\n"
        f"INSERT INTO study_indicator (study_id, indicator_id) VALUES {', '.join(links)};\n"
    )


# Those that a study for signatories may use.
CITABLE = (
    "SELECT indicator.id FROM indicator JOIN source ON source.id = indicator.source_id"
    " WHERE source.audience <> 'GRANTEES' ORDER BY indicator.id"
)


async def write_studies(instance, bench):
    """The demonstration has a few studies; a page of twenty that is another one each time needs more."""
    if instance.name == "sqlite":
        [file] = instance.data.glob("*.db")
        with sqlite3.connect(file) as database:
            indicators = [row for (row,) in database.execute(CITABLE)]
            database.executescript(studies(indicators))
        database.close()
    else:
        indicators = [int(row) for (row,) in await bench.rows(CITABLE)]
        file = bench.folder / "studies.sql"
        file.write_text(studies(indicators))
        await bench.sql(file)
