"""Deterministic generator of the synthetic demo district: the same bytes on each run."""
