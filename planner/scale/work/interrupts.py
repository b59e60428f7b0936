"""Keeps Ctrl-C for the process that a command was typed for."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keep_interrupts_here() -> Iterator[None]:
    """Let processes that are started meanwhile hear nothing of Ctrl-C.

    A terminal sends it to every process of a command. The one that was typed ends its workers by
    itself; they would each print where it met them. What threads that begin meanwhile start later
    does not hear of it either. This process hears of a Ctrl-C at the end of the block. Where the
    system cannot do so (Windows), nothing is changed.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    # Python lets interrupts through again when it starts this tracker: so it is started before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
