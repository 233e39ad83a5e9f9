"""Keeps 64 connections asking for minutes while things happen to the observatory, and judges each answer.

python3 tests/load/run.py target/release/observatoire --minutes 5 --write docs/load.md

Starts a throw-away PostgreSQL and two instances (or one on SQLite), and takes them away again. Prints what was measured; exits
with 1 where an answer was wrong, with 2 where the trial itself could not be done. Needs Linux and nothing but Python 3.11.
"""

import argparse
import asyncio
import os
import pathlib
import sys
import time

import machine
import page
import place as places
import report
from questions import CALLERS, STEWARD
from trial import Trial

# As it comes, so that what hangs is found.
TIME_LIMIT = 20.0
# All connections come from one address and few tokens: the rate of one caller is not what is tried.
SETTINGS = {"OBSERVATOIRE_RATE_LIMIT": "0", "OBSERVATOIRE_GRAPHIQL": "false"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("binary", type=pathlib.Path, help="the server's program, a release build")
    parser.add_argument("--postgres", type=pathlib.Path, default=places.programs_of_postgres(), help="folder of initdb and pg_ctl")
    parser.add_argument("--sqlite", action="store_true", help="one instance on SQLite in place of two on PostgreSQL")
    parser.add_argument("--minutes", type=float, default=5, help="of load after it is warm; the round that was begun is ended")
    parser.add_argument("--warm", type=float, default=45, help="seconds of load before anything happens")
    parser.add_argument("--pause", type=float, default=0.1, help="seconds between an answer and the next request of a connection, on average")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leaves the folder with logs and databases")
    parser.add_argument("--write", type=pathlib.Path, help="page that what was measured is written to")
    return parser.parse_args()


async def main() -> int:
    options = arguments()
    options.binary = options.binary.absolute()
    if not options.sqlite and not options.postgres:
        print("There is no PostgreSQL: name its folder (--postgres) or take --sqlite", file=sys.stderr)
        return 2
    load_before = machine.load()
    names = ["alone"] if options.sqlite else ["first", "second"]
    place = places.Place(options.binary, None if options.sqlite else options.postgres, names, SETTINGS)
    try:
        await place.begin()
        tokens = {}
        for caller in [*CALLERS, STEWARD]:
            if caller.token:
                told = await place.instances[0].command("token", *caller.token, "--purpose", "URBAN_POLICY", "--ttl", "8h")
                tokens[caller.name] = told.strip()
        trial = Trial(place, tokens, TIME_LIMIT, options.pause, options.seed)
        busy, own, began = machine.busy_seconds(), machine.own_seconds(), time.monotonic()
        asked = [instance.seconds() for instance in place.instances]
        rounds = await trial.run(options.minutes, options.warm)
        cost = {
            "instances": sum(instance.seconds() for instance in place.instances) - sum(asked),
            "own": machine.own_seconds() - own,
            "whole": os.cpu_count() * (time.monotonic() - began),
        }
        cost["rest"] = machine.busy_seconds() - busy - cost["instances"] - cost["own"]
        trial.judge.same_state_same_answer()
        trial.judge.judge(trial.began)
        for number, epoch in enumerate(trial.judge.epochs):
            if any(words in epoch.act for words in ("revoked", "leaves", "withdrawn")) and not trial.judge.taken_away(number):
                raise places.Trouble(f"{epoch.act}: it took no number away, so that nothing was tried")
        try:
            chain = (await place.instances[0].command("log", "verify")).strip().splitlines()[0]
        except places.Trouble as trouble:
            trial.judge.fault("chain of the log of access", str(trouble))
            chain = "broken"
        text = await report.measured(options, place, trial, rounds, load_before, cost, chain)
    except places.Trouble as trouble:
        print(f"The trial could not be done: {trouble}", file=sys.stderr)
        return 2
    finally:
        if options.keep:
            print(f"kept: {place.folder}")
        await place.end(options.keep)
    print("\n" + text)
    for words in trial.judge.wrong:
        print(f"WRONG {words}", file=sys.stderr)
    if options.write:
        page.write(options.write, "load on SQLite" if options.sqlite else "load", text)
    return 1 if trial.judge.wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
