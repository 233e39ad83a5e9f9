"""The trial: connections that ask, what happens in between, and the true state read at rest after each act."""

import asyncio
import random
import time

from acts import Acts
from connection import Connection, Lost
from judge import Absence, Epoch, Judge, Record
from memory import Memory
from place import Place
from questions import CALLERS, CHARTER, GRANT, QUESTIONS, RELEASE, REQUESTS, SMALL

# Connections that read the state at rest, for each instance.
READERS = 4
# Files asked for at once from one instance; it makes two for the public and two for partners, and lets 16 of each wait.
FILES_AT_ONCE = 6
# Before and after each act everybody asks for so long, seconds.
BEFORE, AFTER = 2.0, 3.0
# After what was away is back, it must answer without errors within so many seconds.
GRACE = 2.0


async def nothing():
    """What was taken away came back by itself."""


class Trial:
    def __init__(self, place: Place, tokens: dict, time_limit: float, pause: float, seed: int):
        self.place, self.tokens, self.time_limit, self.pause = place, tokens, time_limit, pause
        self.instances = place.instances
        self.judge, self.memory = Judge(time_limit), Memory(place.instances)
        self.acts = Acts(place.instances, tokens, place.folder)
        self.chance = random.Random(seed)
        self.gate, self.under_way, self.over = asyncio.Event(), 0, False
        self.files = {instance.name: asyncio.Semaphore(FILES_AT_ONCE) for instance in self.instances}
        self.requests = {(question.name, caller): question.request.to_bytes(tokens.get(caller)) for question in QUESTIONS for caller in question.callers}
        self.state = {RELEASE: 0, SMALL: 0, GRANT: "granted", CHARTER: "signed", REQUESTS: 0}
        self.releases = {RELEASE: [], SMALL: []}
        self.began = self.asked_for = 0.0

    # Those who ask.

    async def keep_asking(self, caller: str, number: int):
        """One connection, on one instance for good."""
        instance = self.instances[number % len(self.instances)]
        connection, chance = Connection(instance.port), random.Random(self.chance.random())
        asked = [question for question in QUESTIONS if caller in question.callers]
        weights = [question.weight for question in asked]
        # Answers to the public by GET have a tag: sent back, it stands for what had it.
        tags: dict[str, tuple[str, bytes]] = {}
        while not self.over:
            await self.gate.wait()
            question = chance.choices(asked, weights)[0]
            if question.file:
                async with self.files[instance.name]:
                    answered = await self.ask_once(connection, instance, caller, question, tags, chance)
            else:
                answered = await self.ask_once(connection, instance, caller, question, tags, chance)
            # Between nothing and twice the pause; without an answer a client of good manners waits a little.
            await asyncio.sleep(2 * self.pause * chance.random() + (0 if answered else 0.2))
        connection.close()

    async def ask_once(self, connection, instance, caller, question, tags, chance) -> bool:
        if not self.gate.is_set():
            return True
        request = self.requests[(question.name, caller)]
        tag = tags.get(question.name) if chance.random() < 0.5 else None
        if tag:
            request = question.request.to_bytes(None, tag[0])
        self.under_way += 1
        record = Record(caller, question, instance.name, time.monotonic(), 0.0, 0, None)
        try:
            answer = await connection.ask(request, self.time_limit + 5)
        except Lost as lost:
            record.lost = str(lost)
        else:
            body = tag[1] if answer.status == 304 and tag else answer.body
            record.status, record.retry_after = answer.status, "retry-after" in answer.headers
            # What changes by itself is kept only where it tells of a fault.
            free = question.free and answer.status == 200 and b'"errors"' not in body
            record.body = self.judge.bodies.number(b"" if free else question.comparable(body))
            if caller == "public" and answer.status == 200 and "etag" in answer.headers:
                tags[question.name] = (answer.headers["etag"], body)
        finally:
            self.under_way -= 1
        record.end = time.monotonic()
        self.judge.records.append(record)
        return record.body is not None

    # The true state.

    async def read_at_rest(self) -> dict:
        """Reads every question as every caller on every instance while nobody else asks."""
        self.gate.clear()
        while self.under_way:
            await asyncio.sleep(0.01)
        read = {instance.name: {} for instance in self.instances}

        async def reader(instance, waiting):
            connection = Connection(instance.port)
            for question, caller in waiting:
                answer = await connection.ask(self.requests[(question.name, caller)], self.time_limit + 5)
                read[instance.name][(caller, question.name)] = question.comparable(answer.body)
                if answer.status != 200 or b'"errors"' in answer.body:
                    self.judge.fault("error at rest", f"{caller}, {instance.name}, {question.name}: {answer.status} {answer.body[:400]!r}")
            connection.close()

        wanted = [(question, caller) for question in QUESTIONS if not question.free for caller in question.callers]
        queues = {instance.name: iter(list(wanted)) for instance in self.instances}
        await asyncio.gather(*(reader(instance, queues[instance.name]) for instance in self.instances for _ in range(READERS)))
        self.gate.set()
        first, *others = read.values()
        for other in others:
            for key in wanted:
                key = (key[1], key[0].name)
                if first[key] != other[key]:
                    self.judge.fault("instances that differ at rest", f"{key}")
        return first

    async def act(self, words: str, change: dict, do, gradual=False, rest=True):
        """Does something, says when it was acknowledged, and reads what holds then."""
        await asyncio.sleep(BEFORE)
        epoch = Epoch(words, time.monotonic(), float("inf"), gradual, {})
        self.judge.epochs.append(epoch)
        await do
        if gradual and self.state[GRANT] == "granted" or change.get(GRANT) == "granted":
            await self.acts.opened(self.alive())
        epoch.acknowledged = time.monotonic()
        self.state |= change
        epoch.state = dict(self.state)
        self.say(f"{words} ({epoch.acknowledged - epoch.began:.1f} s)")
        await asyncio.sleep(AFTER)
        if rest:
            epoch.snapshot = await self.read_at_rest()

    async def away(self, what: str, instances, leave, back):
        """Takes something away and brings it back; until it is ready again errors are expected."""
        await asyncio.sleep(BEFORE)
        absence = Absence(what, tuple(instance.name for instance in instances), time.monotonic(), grace=GRACE)
        self.judge.absences.append(absence)
        await leave()
        await back()
        for instance in instances:
            await instance.ready()
        absence.back = time.monotonic()
        self.say(f"{what} ({absence.back - absence.began:.1f} s)")
        await asyncio.sleep(GRACE + AFTER)
        # Nothing was changed: what is read must be what was.
        if self.judge.epochs[-1].snapshot:
            epoch, read = self.judge.epochs[-1], await self.read_at_rest()
            for key in [key for key in read if read[key] != epoch.snapshot[key]]:
                self.judge.fault("another answer after an absence", f"{what}: {key}")
        else:
            self.judge.epochs[-1].snapshot = await self.read_at_rest()

    def alive(self):
        return next(instance for instance in self.instances if instance.process.poll() is None)

    def say(self, words: str):
        asked = len(self.judge.records)
        print(f"{time.monotonic() - self.began:6.1f} s  {asked:7} requests  {words}", flush=True)

    # What happens.

    async def publish(self, file, words, which, label):
        reference = await self.acts.stage_and_plan(file)
        self.releases[which].append(reference)
        await self.act(words, {which: label}, self.acts.publish(reference), gradual=which == RELEASE)

    async def withdraw(self, words, which, label):
        await self.act(words, {which: label}, self.acts.withdraw(self.releases[which].pop()))

    async def requests_again(self, instance, number, rest=True):
        await self.act("a use is requested", {REQUESTS: f"asked {number}"}, self.acts.request_use(instance))
        await self.act(
            "it is granted, true numbers", {GRANT: "granted", REQUESTS: f"granted {number}"}, self.acts.decide(instance), gradual=True, rest=rest
        )

    async def killed(self, instance, meanwhile=None):
        """Kills an instance and, while it is away, acts on the other one."""

        async def leave():
            instance.kill()
            if meanwhile:
                await meanwhile
            await asyncio.sleep(1)

        await self.away(f"instance {instance.name} killed (SIGKILL) and started again", [instance], leave, instance.start)

    async def round(self, number: int):
        acts, cluster = self.acts, self.place.cluster
        first, last = self.instances[0], self.instances[-1]
        await self.publish(acts.delivery, "a release is published", RELEASE, number)
        await self.publish(acts.small, "a small release is published", SMALL, f"{number} first")
        await self.act("the use is revoked", {GRANT: "none", REQUESTS: f"revoked {number}"}, acts.revoke(last))
        await self.publish(acts.correction, "a correction of it is published", SMALL, f"{number} corrected")
        await self.act("a partner leaves the charter", {CHARTER: "left"}, acts.leave(first))
        await self.killed(first)
        await self.act("it signs again", {CHARTER: "signed"}, acts.sign(last))
        if cluster:
            await self.away("PostgreSQL restarted (`pg_ctl restart -m fast`)", self.instances, cluster.restart, nothing)
        await self.requests_again(first, number)
        await self.withdraw("the correction is withdrawn", SMALL, f"{number} first")
        if cluster:

            async def ten_seconds():
                await cluster.stop()
                await asyncio.sleep(10)

            await self.away("PostgreSQL stopped for 10 s", self.instances, ten_seconds, cluster.start)
        await self.withdraw("the release is withdrawn", RELEASE, 0)
        await self.withdraw("the small release is withdrawn", SMALL, 0)
        if first is not last:
            # Revoked on one instance while the other is away: that one must know when it is back.
            revoked = self.act("the use is revoked, an instance being away", {GRANT: "none", REQUESTS: f"revoked again {number}"}, acts.revoke(first), rest=False)
            await self.killed(last, revoked)
        else:
            await self.act("the use is revoked", {GRANT: "none", REQUESTS: f"revoked again {number}"}, acts.revoke(first))
        await self.requests_again(last, f"{number} again")

    async def run(self, minutes: float, warm: float):
        await self.acts.prepare()
        self.began = time.monotonic()
        watch = asyncio.create_task(self.memory.watch())
        self.judge.epochs.append(Epoch("the beginning", self.began, self.began, False, dict(self.state), await self.read_at_rest()))
        workers, number = [], 0
        for caller in CALLERS:
            for _ in range(caller.connections):
                workers.append(asyncio.create_task(self.keep_asking(caller.name, number)))
                number += 1
        await asyncio.sleep(warm)
        self.say("warm")
        self.asked_for = time.monotonic()
        rounds = 0
        while time.monotonic() - self.asked_for < minutes * 60:
            rounds += 1
            await self.round(rounds)
        await asyncio.sleep(AFTER)
        self.over = True
        await asyncio.gather(*workers)
        self.ended = time.monotonic()
        watch.cancel()
        return rounds
