"""What only kernels call is no machine code of its own, and kernels do the same with it."""

import numpy as np
from numba import njit

from planner.travel.compiled.decorators import builder, helper
from planner.travel.compiled.drafts import DraftLibrary


@helper
def add_to(numbers, by):
    for k in range(len(numbers)):
        numbers[k] += by


@builder
def counted(n):
    numbers = np.arange(n)
    add_to(numbers, 1)
    return numbers


def test_drafts_are_taken_into_what_calls_them():
    made = []
    finish = DraftLibrary._finalize_final_module

    def note(library):
        made.append(library.name)
        finish(library)

    DraftLibrary._finalize_final_module = note
    try:

        @njit
        def both(n):
            numbers = counted(n)
            add_to(numbers, 10)
            return numbers

        assert both(3).tolist() == [11, 12, 13]
    finally:
        DraftLibrary._finalize_final_module = finish
    assert set(made) == {"add_to", "counted"}
    library = next(iter(both.overloads.values())).library
    assert not isinstance(library, DraftLibrary)
    # One function, and its wrappers: nothing is called from without.
    assert not any(name in library.get_asm_str() for name in ("call\tadd_to", "call\tcounted"))
