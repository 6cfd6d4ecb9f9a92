import asyncio
import threading
from contextlib import closing

import pytest

from assistant.answers import Answer, Finished, Question
from ui.access.throttling import LoginThrottle
from ui.answering import MOST_WAITING, Answering, Overloaded
from ui.limits import MOST_KEYS, Allowance
from ui.security.peers import visitor
from ui.turns import Turns


class Clock:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


def test_so_many_are_allowed_at_once_and_then_one_more_each_so_many_seconds():
    clock = Clock()
    allowance = Allowance(3, 20.0, clock=clock)
    assert [allowance.wait("a") for _ in range(5)] == [0, 0, 0, 20, 20]
    assert allowance.wait("b") == 0, "another key has its own"
    clock.now += 19.5
    assert allowance.wait("a") == 1
    clock.now += 0.5
    assert [allowance.wait("a") for _ in range(2)] == [0, 20]
    clock.now += 3_600
    assert [allowance.wait("a") for _ in range(4)] == [0, 0, 0, 20], "nothing is saved up beyond the first three"


def test_what_is_refunded_was_never_used():
    allowance = Allowance(2, 20.0, clock=Clock())
    for _ in range(50):
        assert allowance.wait("a") == 0
        allowance.refund("a")
    allowance.refund("never seen")


def test_a_flood_of_keys_takes_bounded_memory():
    allowance = Allowance(1, 20.0, clock=Clock())
    for number in range(MOST_KEYS + 500):
        allowance.wait(str(number))
    assert len(allowance._used) == MOST_KEYS
    assert allowance.wait(str(MOST_KEYS + 499)) == 20, "those seen last are remembered"


def test_logins_are_held_back_by_address_and_by_name():
    throttle = LoginThrottle()
    assert [throttle.wait("192.0.2.7", f"name{n}") for n in range(11)][-2:] == [0, 30], "ten names from one address"
    assert [throttle.wait(f"192.0.2.{n}", "anna") for n in range(100, 111)][-2:] == [0, 60], "one name from ten"
    assert throttle.wait("192.0.2.200", "ben") == 0
    assert throttle.wait("2001:db8::1", "x") == 0
    assert [throttle.wait(f"2001:db8::{n}", f"y{n}") for n in range(2, 12)][-1] == 30, (
        "a network of IPv6 is one visitor"
    )


def test_one_visitor_of_ipv6_has_a_network_of_addresses():
    assert visitor("2001:db8::1") == visitor("2001:db8::ffff:2") != visitor("2001:db8:0:1::1")
    assert visitor("::ffff:192.0.2.1") == visitor("192.0.2.1") != visitor("192.0.2.2")
    assert visitor("") == ""


def test_who_logs_in_right_uses_nothing_up():
    throttle = LoginThrottle()
    for _ in range(50):
        assert throttle.wait("192.0.2.7", "anna") == 0
        throttle.forget("192.0.2.7", "anna")


def test_each_asker_has_a_turn_after_the_other():
    turns, taken = Turns(), []
    for asker, count in (("a", 4), ("b", 1), ("c", 2)):
        for number in range(count):
            turns.add(asker, lambda name=f"{asker}{number}": taken.append(name))
    while work := turns.take():
        work()
    assert taken == ["a0", "b0", "c0", "a1", "c1", "a2", "a3"]
    assert len(turns) == 7, "they count until they are done"


def test_who_leaves_gives_the_turn_away():
    turns = Turns()
    first, second = (lambda: None), (lambda: None)
    turns.add("a", first)
    turns.add("a", second)
    turns.done("a", first)
    assert turns.take() is second
    turns.done("a", second)
    assert turns.take() is None
    assert len(turns) == 0


def test_a_crowd_of_one_leaves_room_for_others():
    turns = Turns()
    for _ in range(10):
        turns.add("a", lambda: None)
    assert not turns.room("a", most=10)
    assert turns.room("b", most=10)
    for _ in range(5):
        turns.add("b", lambda: None)
    assert not turns.room("b", most=10), "half of the room is b's share"
    assert turns.room("c", most=10)


class Slow:
    """An assistant that answers once it is let to."""

    def __init__(self):
        self.let = threading.Event()
        self.asked = []

    def stream(self, question, wanted):
        self.asked.append(question.text)
        assert self.let.wait(60)
        yield Finished(Answer(question.text, (), (), 0.0, abstained=True))


async def flooded(answering: Answering, questions: int) -> list[asyncio.Task]:
    """So many questions of one person, all of them waiting."""
    flood = [asyncio.create_task(answering.answer(Question("theirs"), asker="person a")) for _ in range(questions)]
    while answering.waiting < questions:
        await asyncio.sleep(0.01)
    return flood


def test_four_hundred_questions_of_one_person_do_not_keep_another_waiting():
    slow = Slow()

    async def ask() -> None:
        with closing(Answering(slow, at_once=2)) as answering:
            flood = await flooded(answering, 400)
            mine = asyncio.create_task(answering.answer(Question("mine"), asker="person b"))
            await asyncio.sleep(0.1)
            slow.let.set()
            assert (await mine).question == "mine"
            assert len(await asyncio.gather(*flood)) == 400

    asyncio.run(ask())
    assert slow.asked.index("mine") <= 3, "two were being answered, and one was next"


def test_a_queue_filled_by_one_person_still_takes_anothers_question():
    slow = Slow()

    async def ask() -> None:
        with closing(Answering(slow, at_once=1)) as answering:
            flood = await flooded(answering, MOST_WAITING)
            with pytest.raises(Overloaded) as refused:
                await answering.answer(Question("one more"), asker="person a")
            assert refused.value.wait == 60
            mine = asyncio.create_task(answering.answer(Question("mine"), asker="person b"))
            await asyncio.sleep(0.1)
            slow.let.set()
            assert (await mine).question == "mine"
            for task in flood:
                task.cancel()
            await asyncio.gather(*flood, return_exceptions=True)
            assert answering.waiting == 0

    asyncio.run(ask())


def test_questions_of_one_asker_are_limited_by_the_minute():
    quick = Slow()
    quick.let.set()

    async def ask() -> None:
        with closing(Answering(quick, at_once=2, per_minute=3)) as answering:
            for _ in range(3):
                await answering.answer(Question("?"), asker="person a")
            with pytest.raises(Overloaded, match="Ask again in 20 s") as refused:
                await answering.answer(Question("?"), asker="person a")
            assert refused.value.wait == 20
            await answering.answer(Question("?"), asker="person b")
            for _ in range(10):
                await answering.answer(Question("?"), asker="")

    asyncio.run(ask())


def test_an_error_of_the_assistant_reaches_who_asked():
    class Failing:
        def stream(self, question, wanted):
            raise ValueError("broken")
            yield

    async def ask() -> None:
        with closing(Answering(Failing(), at_once=1)) as answering:
            with pytest.raises(ValueError, match="broken"):
                await answering.answer(Question("?"))
            assert answering.waiting == 0

    asyncio.run(ask())


def test_turns_are_right_from_many_threads():
    turns, taken, lock = Turns(), [], threading.Lock()

    def add_and_take(asker: str) -> None:
        for _ in range(200):
            turns.add(asker, lambda: None)
            work = turns.take()
            with lock:
                taken.append(work)

    threads = [threading.Thread(target=add_and_take, args=(f"a{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert turns.take() is None
    assert len([work for work in taken if work]) == 1_600
