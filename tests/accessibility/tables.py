"""Small long tables for the tests of accessibility, by hand and at random."""

import numpy as np
import pandas as pd


def walks(*rows):
    """Rows (origin, destination, minutes)."""
    return pd.DataFrame(rows, columns=["origin", "destination", "minutes"])


def random_case(seed, n=30, m=8, share=0.3):
    """A table with unequal ways there and back, supply and people; some reach nothing."""
    rng = np.random.default_rng(seed)
    people = pd.Series(rng.integers(1, 200, n), index=[f"p{i}" for i in range(n)])
    supply = pd.Series(rng.integers(1, 50, m), index=[f"s{j}" for j in range(m)])
    rows = [
        (origin, destination, float(rng.uniform(0, 25)))
        for origin in people.index
        for destination in supply.index
        if rng.random() < share
    ]
    return walks(*rows), supply, people
