"""A signal ends a run at once, whatever its threads are doing."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread

import pytest

from contract_tests.guard.halt import INTERRUPTED, Halt
from contract_tests.guard.signals import ended_by_signals

SIGNALS = [signal.SIGINT, signal.SIGTERM]
# How long a wait takes that the signal does not end.
TOO_LONG_S = 20


@contextmanager
def uninterrupted_threads() -> Iterator[None]:
    """Let each thread run until it waits for something; no other takes its turn."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(3600)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


async def never() -> None:
    """Wait for what does not come."""
    await asyncio.Event().wait()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_ends_a_wait_of_a_run_whose_main_thread_sleeps_through_it(number: int) -> None:
    """The main thread, where the interpreter runs handlers, may wait for just what must end.

    The lock that the thread waits for is released by the main thread, which then keeps its turn
    until it waits itself. So the signal comes when it waits, and as another thread receives it, it
    does not wake the main thread: that is woken when the other wait is over.
    """
    halt, main_waits, is_over = Halt(), Lock(), Lock()
    main_waits.acquire()
    is_over.acquire()
    seen: list[str] = []

    async def pause() -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(TOO_LONG_S):
                await halt.pause(never())

    def work() -> None:
        main_waits.acquire()
        signal.raise_signal(number)
        asyncio.run(pause())
        seen.append(halt.why)
        is_over.release()

    with ended_by_signals(halt), uninterrupted_threads():
        thread = Thread(target=work)
        thread.start()
        main_waits.release()
        is_over.acquire()
        thread.join()

    assert seen == [INTERRUPTED]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_raises_nothing_in_the_main_thread(number: int) -> None:
    """An exception between any two instructions could leave a lock held: the run ends by itself."""
    halt = Halt()
    with ended_by_signals(halt):
        signal.raise_signal(number)
        halt.wait(TOO_LONG_S)

        assert halt.interrupted


def test_signals_have_their_former_handlers_after_the_run() -> None:
    """A run in the process of a program takes nothing from it, and reacts to no other signal."""
    received: list[int] = []
    halt = Halt()
    before = signal.signal(signal.SIGTERM, lambda number, _: received.append(number))
    try:
        with ended_by_signals(halt):
            pass
        signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)

    assert received == [signal.SIGTERM]
    assert not halt.why
    assert signal.set_wakeup_fd(-1) == -1
