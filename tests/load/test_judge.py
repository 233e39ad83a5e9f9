"""The judge finds what is wrong, and nothing else: `python tests/load/test_judge.py`."""

import json
import unittest

from judge import Absence, Epoch, Judge, Record
from questions import QUESTIONS

QUESTION = next(question for question in QUESTIONS if question.name == "ages by district, 2025")
KEY = ("grantee", QUESTION.name)


def body(*numbers) -> bytes:
    return json.dumps({"data": {"nodes": [{"value": number} for number in numbers]}}).encode()


OPEN, MASKED = body(1, 3), body(None, 3)
AWAY = b'{"errors":[{"extensions":{"code":"UNAVAILABLE"}}]}'


def judged(start, end, answer, status=200, retry_after=True):
    """What is said of one answer to the grantee: open until 10 s, masked from then, opened step by step from 20 s, masked from 30 s."""
    judge = Judge(20.0)
    judge.epochs = [
        Epoch("the beginning", 0, 0, False, {"grant": "granted"}, {KEY: OPEN}),
        Epoch("revoked", 10, 11, False, {"grant": "none"}, {KEY: MASKED}),
        Epoch("granted", 20, 22, True, {"grant": "granted"}, {KEY: OPEN}),
        Epoch("revoked", 30, 31, False, {"grant": "none"}, {KEY: MASKED}),
    ]
    judge.absences = [Absence("the database", ("first",), 14, 15, grace=2)]
    number = None if answer is None else judge.bodies.number(answer)
    judge.records.append(Record("grantee", QUESTION, "first", start, end, status, number, retry_after=retry_after))
    judge.same_state_same_answer()
    judge.judge(0)
    return [words.split(":")[0] for words in judge.wrong]


class Judged(unittest.TestCase):
    def test_what_was_true_at_some_moment_of_a_request_is_right(self):
        for start, end, answer in ((1, 2, OPEN), (9, 12, OPEN), (10.5, 12, OPEN), (10.5, 12, MASKED), (12, 13, MASKED), (40, 41, MASKED)):
            self.assertEqual(judged(start, end, answer), [], (start, end, answer))

    def test_what_was_revoked_is_wrong_for_whoever_asked_afterwards(self):
        self.assertEqual(judged(11.1, 12, OPEN), [f"wrong answer to {QUESTION.name}"])
        self.assertEqual(judged(31.1, 50, OPEN), [f"wrong answer to {QUESTION.name}"])
        self.assertEqual(judged(1, 2, MASKED), [f"wrong answer to {QUESTION.name}"])
        self.assertEqual(judged(40, 41, body(None, 4)), [f"wrong answer to {QUESTION.name}"])

    def test_what_is_opened_step_by_step_has_numbers_of_either_state(self):
        self.assertEqual(judged(20.5, 21, body(1, None)), [])
        self.assertEqual(judged(20.5, 21, body(2, None)), [f"wrong answer to {QUESTION.name}"])
        self.assertEqual(judged(25, 26, body(1, None)), [f"wrong answer to {QUESTION.name}"])

    def test_errors_are_expected_while_something_is_away(self):
        self.assertEqual(judged(14.5, 15, AWAY, 503), [])
        self.assertEqual(judged(14.5, 15, None, 0), [])
        self.assertEqual(judged(16.5, 18, AWAY, 503), [])
        self.assertEqual(judged(17.5, 18, AWAY, 503), ["error while nothing was away"])
        self.assertEqual(judged(17.5, 18, None, 0), ["no answer"])
        self.assertEqual(judged(14.5, 15, AWAY, 503, retry_after=False), ["503 without Retry-After"])
        self.assertEqual(judged(14.5, 15, b"{}", 500), ["fault of the server"])
        self.assertEqual(judged(14.5, 15, AWAY.replace(b"UNAVAILABLE", b"INTERNAL")), ["fault of the server"])
        self.assertEqual(judged(14.5, 15, OPEN[:-1] + b',"errors":[{"extensions":{"code":"UNAVAILABLE"}}]}'), ["wrong value beside an error"])

    def test_what_takes_longer_than_the_limit_is_wrong(self):
        self.assertEqual(judged(40, 62, MASKED), ["hang"])


if __name__ == "__main__":
    unittest.main()
