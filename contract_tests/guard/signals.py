"""Ends a run by Ctrl-C or SIGTERM, whatever its threads are waiting for."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from contract_tests.guard.halt import INTERRUPTED, Halt

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_MOST_NUMBERS = 64


@contextmanager
def ended_by_signals(halt: Halt) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM halt a run until the block ends, which the main thread must enter.

    The interpreter runs a handler between two instructions of the main thread. A signal that comes
    when that thread is about to wait for a response, but does not wait yet, wakes nothing, and its
    handler would run after the wait only. So the handlers do nothing: a thread halts the run, which
    reads the signals' numbers from a socket that the interpreter writes them to at once.

    Nothing is raised in the main thread: an exception between any two instructions could leave a
    lock held that the guard needs.
    """
    reader, writer = socket.socketpair()
    with reader, writer:
        writer.setblocking(False)
        thread = Thread(target=_halt_on_signal, args=(reader, halt), daemon=True)
        thread.start()
        descriptor = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        before = {number: signal.signal(number, _do_nothing) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(descriptor)
            writer.close()
            thread.join()


def _do_nothing(*_: object) -> None:
    """Handle a signal: its number has reached the thread already."""


def _halt_on_signal(reader: socket.socket, halt: Halt) -> None:
    while numbers := reader.recv(_MOST_NUMBERS):
        if any(number in _SIGNALS for number in numbers):
            halt.now(INTERRUPTED)
