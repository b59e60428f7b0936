"""The coordinate doctor: in which datum the tables of a plan really are."""

from planner.run.doctor.examine import (
    Examination,
    Examined,
    examine_inputs,
    refuse_wrong_datums,
)

__all__ = ["Examination", "Examined", "examine_inputs", "refuse_wrong_datums"]
