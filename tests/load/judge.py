"""Which answers were right, and which errors were to be expected.

After each act the true state is read while nobody else asks: an epoch. It may be seen from the moment at which its act began,
until the next act was acknowledged. An answer is right when it is, to the byte, that of an epoch which held at some moment
between its request and its end.
"""

import collections
import dataclasses
import functools
import json

from questions import CALLERS, QUESTIONS, Question

# What may be seen beside a state while something was away: the error, or a field without its value.
AWAY_CODES = {"UNAVAILABLE", "TIMED_OUT"}
# Wrong answers that are kept with their text.
SHOWN_AT_MOST = 6


@dataclasses.dataclass(eq=False)
class Epoch:
    """What held after an act."""

    act: str
    began: float
    acknowledged: float
    # While true numbers are being opened, release by release, an answer may have some of both states.
    gradual: bool
    state: dict
    # By caller and question: the answer's bytes.
    snapshot: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class Absence:
    """A time in which something was away."""

    what: str
    instances: tuple[str, ...]
    began: float
    # When all was ready again; infinite until then.
    back: float = float("inf")
    # Of requests that began before, or until so long after.
    grace: float = 2.0

    def covers(self, instance: str, start: float, end: float) -> bool:
        return instance in self.instances and end >= self.began and start <= self.back + self.grace


@dataclasses.dataclass
class Record:
    """One request."""

    caller: str
    question: Question
    instance: str
    start: float
    end: float
    status: int
    # Number of the body among those that were kept; none where no answer came.
    body: int | None
    lost: str = ""
    retry_after: bool = False


class Bodies:
    """Each different body once."""

    def __init__(self):
        self.numbers, self.all = {}, []

    def number(self, body: bytes) -> int:
        number = self.numbers.setdefault(body, len(self.all))
        if number == len(self.all):
            self.all.append(body)
        return number


def values(tree, path=()):
    """The numbers of figures in an answer, by their place."""
    if isinstance(tree, dict):
        for name, item in tree.items():
            if name == "value":
                yield (*path, name), item
            else:
                yield from values(item, (*path, name))
    elif isinstance(tree, list):
        for at, item in enumerate(tree):
            yield from values(item, (*path, at))


@functools.lru_cache(20_000)
def figures(body: bytes) -> dict:
    """The numbers that are shown in an answer of JSON, by their place."""
    if not body.startswith(b"{"):
        return {}
    return {path: value for path, value in values(json.loads(body).get("data")) if value is not None}


def codes(body: bytes) -> set:
    """Codes of the errors in an answer."""
    if b'"errors"' not in body:
        return set()
    try:
        errors = json.loads(body).get("errors", [])
    except ValueError:
        return set()
    return {error.get("extensions", {}).get("code", "NONE") for error in errors}


class Judge:
    def __init__(self, time_limit: float):
        self.time_limit = time_limit
        self.epochs: list[Epoch] = []
        self.absences: list[Absence] = []
        self.records: list[Record] = []
        self.bodies = Bodies()
        self.wrong: list[str] = []
        self.counts = collections.Counter()
        self.away_errors = collections.Counter()

    def fault(self, kind: str, words: str):
        self.counts[kind] += 1
        if self.counts[kind] <= SHOWN_AT_MOST:
            self.wrong.append(f"{kind}: {words}")

    def holds(self, record: Record):
        """The epochs of which something may have been seen."""
        for at, epoch in enumerate(self.epochs):
            until = self.epochs[at + 1].acknowledged if at + 1 < len(self.epochs) else float("inf")
            if record.start <= until and record.end >= epoch.began:
                yield epoch

    def is_gradual(self, record: Record) -> bool:
        """Whether numbers were being opened meanwhile."""
        return any(
            epoch.gradual and record.end >= epoch.began and record.start <= epoch.acknowledged for epoch in self.epochs
        )

    def only_true_numbers(self, record: Record, body: bytes) -> bool:
        """Whether each number of an answer is that of an epoch which held, whatever is missing."""
        known = collections.defaultdict(set)
        for epoch in self.holds(record):
            for path, value in figures(epoch.snapshot.get((record.caller, record.question.name), b"")).items():
                known[path].add(value)
        return all(value in known[path] for path, value in figures(body).items())

    def judge(self, began: float):
        """Judges every record; `began` makes times readable."""
        told_codes = [codes(body) for body in self.bodies.all]
        for record in self.records:
            at = f"{record.start - began:.3f} s to {record.end - began:.3f} s, {record.caller}, {record.instance}, {record.question.name}"
            away = any(absence.covers(record.instance, record.start, record.end) for absence in self.absences)
            if record.end - record.start > self.time_limit + 1:
                self.fault("hang", f"{at}: {record.end - record.start:.1f} s")
            if record.body is None:
                if away:
                    self.away_errors["no answer"] += 1
                else:
                    self.fault("no answer", f"{at}: {record.lost}")
                continue
            body, told = self.bodies.all[record.body], told_codes[record.body]
            if record.status == 503 and not record.retry_after:
                self.fault("503 without Retry-After", at)
            if record.status >= 500 and record.status != 503 or "INTERNAL" in told:
                self.fault("fault of the server", f"{at}: {record.status} {body[:400]!r}")
                continue
            if record.status not in (200, 294, 304) or told:
                expected = away and (told or {"UNAVAILABLE"}) <= AWAY_CODES and record.status in (200, 294, 503)
                if not expected:
                    self.fault("error while nothing was away", f"{at}: {record.status} {body[:400]!r}")
                    continue
                self.away_errors[f"{record.status} {' '.join(sorted(told)) or 'without a code'}"] += 1
                if not self.only_true_numbers(record, body):
                    self.fault("wrong value beside an error", f"{at}: {body[:2000]!r}")
                continue
            self.counts["answers"] += 1
            if record.question.free:
                continue
            self.counts["answers compared"] += 1
            key = (record.caller, record.question.name)
            if any(epoch.snapshot.get(key) == body for epoch in self.holds(record)):
                continue
            if self.is_gradual(record) and (record.question.file or self.only_true_numbers(record, body)):
                self.counts["answers in which opening was under way"] += 1
                continue
            self.fault(f"wrong answer to {record.question.name}", f"{at}: {self.differs(record, body)}")

    def differs(self, record: Record, body: bytes) -> str:
        """Of which epoch a wrong answer is, or how it differs from the nearest."""
        key = (record.caller, record.question.name)
        others = [f"{number} ({epoch.act})" for number, epoch in enumerate(self.epochs) if epoch.snapshot.get(key) == body]
        held = [f"{number} ({epoch.act})" for number, epoch in enumerate(self.epochs) if epoch in list(self.holds(record))]
        told = f"held: {', '.join(held)}; is that of: {', '.join(others) or 'none'}"
        if others:
            return told
        expected = next(iter(self.holds(record))).snapshot.get(key, b"")
        place = next((at for at, (one, other) in enumerate(zip(body, expected)) if one != other), min(len(body), len(expected)))
        return f"{told}; {body[max(0, place - 80):place + 200]!r} in place of {expected[max(0, place - 80):place + 200]!r}"

    def same_state_same_answer(self):
        """Epochs in the same state must read alike: what comes back after it was taken away is what was there."""
        for question in QUESTIONS:
            for caller in CALLERS:
                known = {}
                for number, epoch in enumerate(self.epochs):
                    body = epoch.snapshot.get((caller.name, question.name))
                    if body is None:
                        continue
                    label = tuple(sorted((name, value) for name, value in epoch.state.items() if name in question.depends))
                    first, was = known.setdefault(label, (number, body))
                    if was != body:
                        self.fault("another answer in the same state", f"{caller.name}, {question.name}: epochs {first} and {number}")

    def taken_away(self, number: int) -> int:
        """How many numbers, over all callers and questions, were shown before an act and are not since."""
        before, after = self.epochs[number - 1].snapshot, self.epochs[number].snapshot
        taken = 0
        for key, body in before.items():
            now = figures(after[key])
            taken += sum(now.get(path) != value for path, value in figures(body).items())
        return taken
