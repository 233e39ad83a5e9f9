"""What was measured, as tables."""

import collections
import re
import statistics

import machine
import page
from questions import CALLERS, QUESTIONS
from trial import FILES_AT_ONCE, GRACE


def quantile(times, of) -> float:
    times = sorted(times)
    return times[min(len(times) - 1, int(len(times) * of))] * 1000


async def logged(instances) -> collections.Counter:
    """Warnings and errors of the servers' logs, by their first words."""
    found = collections.Counter()
    for instance in instances:
        for line in instance.log.read_text(errors="replace").splitlines():
            line = re.sub(r"\x1b\[[0-9;]*m", "", line)
            if match := re.match(r"\S+\s+(WARN|ERROR)\s+(.*)", line):
                found[f"{match[1]} {re.split(r' [a-z_]+=|: ', match[2])[0][:90]}"] += 1
            elif "panicked" in line:
                found["panic " + line[:90]] += 1
    return found


async def sizes(place) -> str:
    if place.cluster:
        size = int(await place.cluster.ask("SELECT pg_database_size('observatoire')")) / 1e6
        figures = await place.cluster.ask("SELECT count(*) FROM figure")
        records = await place.cluster.ask("SELECT count(*) FROM access_record")
        return f"the demonstration and what was published meanwhile: {int(figures):,} rows of figures, {int(records):,} records of access, {size:.0f} MB"
    size = sum(file.stat().st_size for file in place.instances[0].data.glob("*.db*")) / 1e6
    return f"the demonstration and what was published meanwhile, {size:.0f} MB"


async def measured(options, place, trial, rounds, load_before, cost, chain) -> str:
    judge = trial.judge
    records = judge.records
    seconds = trial.ended - trial.asked_for
    calm = [
        record for record in records
        if record.body is not None and not any(absence.covers(record.instance, record.start, record.end) for absence in judge.absences)
    ]
    by_question = collections.defaultdict(list)
    for record in calm:
        by_question[record.question.name].append(record.end - record.start)
    wrong = len(judge.wrong)
    facts = machine.rows(options.binary, None if options.sqlite else options.postgres)
    facts += [
        ("instances", "one on SQLite" if options.sqlite else "two on one PostgreSQL, 8 connections to it each"),
        ("data at the end", await sizes(place)),
        ("load average", f"{load_before:.1f} before it began, {machine.load():.1f} at its end"
            + ("; **other work ran on the machine, times are too long for it**" if load_before > 2 else "")),
        ("processor time", f"instances {cost['instances']:.0f} s, the program that asks and its commands {cost['own']:.0f} s, all else (PostgreSQL, other work) {cost['rest']:.0f} s, of {cost['whole']:.0f} s"),
        ("connections", f"{sum(caller.connections for caller in CALLERS)}, kept open, each pausing {options.pause * 1000:.0f} ms on average after an answer: "
            + ", ".join(f"{caller.connections} {caller.name}" for caller in CALLERS)
            + f"; {FILES_AT_ONCE} files at once from each instance at most; no limit of the rate"),
        ("time", f"{options.warm:.0f} s to warm up, then {seconds:.0f} s in which all of this happened {rounds} times"),
    ]
    verdict = [
        ("requests", f"{len(records):,}; {len(records) / (trial.ended - trial.began):,.0f} a second, the pauses for reading at rest included"),
        ("answers", f"{judge.counts['answers']:,}, of which {judge.counts['answers compared']:,} were compared to the byte with the true state of their time "
            f"({len(judge.epochs)} states, {sum(len(epoch.snapshot) for epoch in judge.epochs):,} true answers)"),
        ("compared number by number", f"{judge.counts['answers in which opening was under way']:,}, while a grant was being opened"),
        ("longest answer", f"{max(record.end - record.start for record in records):.1f} s, all absences included; {max(record.end - record.start for record in calm):.2f} s while nothing was away"),
        ("errors while something was away", "; ".join(f"{words}: {count:,}" for words, count in judge.away_errors.most_common()) or "none"),
        ("chain of the log of access afterwards", chain),
        ("warnings and errors in the servers' logs", "; ".join(f"{words}: {count}" for words, count in (await logged(place.instances)).most_common(12)) or "none"),
        ("**wrong**", "**none**" if not wrong else "**" + "; ".join(f"{kind}: {count}" for kind, count in judge.counts.items() if not kind.startswith("answers")) + "**"),
    ]
    acts = collections.defaultdict(list)
    for number, epoch in enumerate(judge.epochs[1:], 1):
        acts[epoch.act].append((epoch.acknowledged - epoch.began, judge.taken_away(number)))
    act_rows = [
        (words, len(done), f"{statistics.median(time for time, _ in done):.2f}", f"{max(time for time, _ in done):.2f}", ", ".join(str(taken) for _, taken in done))
        for words, done in acts.items()
    ]
    absence_rows = collections.defaultdict(list)
    for absence in judge.absences:
        refused = [
            record.start for record in records
            if absence.covers(record.instance, record.start, record.end) and (record.body is None or record.status not in (200, 304))
        ]
        late = max(refused, default=absence.back) - absence.back
        absence_rows[absence.what].append((absence.back - absence.began, len(refused), late))
    memory_rows = []
    for name, begun, ended, first, last, most, slope, _ in trial.memory.rows(trial.began):
        memory_rows.append((f"{name}, {begun:.0f} s to {ended:.0f} s", f"{first:.0f}", f"{last:.0f}", f"{most:.0f}", "too short" if slope is None else f"{slope:+.1f}"))
    question_rows = [
        (question.name, f"{len(times):,}", f"{quantile(times, 0.5):.0f}", f"{quantile(times, 0.99):.0f}", f"{max(times) * 1000:.0f}")
        for question in QUESTIONS if (times := by_question[question.name])
    ]
    return "\n\n".join([
        page.table(("what", "measured"), facts),
        page.table(("judged", "found"), verdict),
        "What was done, and how many numbers (over all callers and questions) it took away or changed, each time:",
        page.table(("act", "times", "seconds, half of them", "at most", "numbers that it took away"), act_rows),
        f"What was away. Errors are expected from the moment it leaves until {GRACE:.0f} s after `/health/ready` says so again; the last error is that of the request that began last, counted from there:",
        page.table(("what", "seconds away", "requests refused", "last error, s"), [
            (what, ", ".join(f"{time:.1f}" for time, _, _ in times), ", ".join(f"{count:,}" for _, count, _ in times), ", ".join(f"{late:+.1f}" for _, _, late in times))
            for what, times in absence_rows.items()
        ]),
        "Resident memory, one row a process (a killed instance is another one when it is back), MB; the slope is that of all samples, one a second, from a minute after the process began:",
        page.table(("process", "first", "last", "most", "MB a minute"), memory_rows),
        "Milliseconds for an answer, over both instances, while nothing was away:",
        page.table(("question", "answers", "half", "99 %", "longest"), question_rows),
    ])
