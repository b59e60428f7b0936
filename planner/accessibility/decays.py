"""How much less a destination counts the longer the way to it is: weights from minutes.

Each kind is a small frozen value that is called with minutes. A weight is 1 at the door or near it,
never rises with the minutes, and is 0 where there is no path (minutes inf).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from planner.crs.array_types import Floats
from planner.errors import ArgumentError, quote


class Decay(ABC):
    """A weight for every walk: called with minutes, it returns numbers of the same shape.

    Attributes
    ----------
    formula, source
        What is worked out, t being the minutes; and where that comes from.

    Examples
    --------
    >>> import planner
    >>> decay = planner.accessibility.Linear(20)
    >>> decay.formula
    'max(0, 1 - t / cutoff)'
    >>> decay([0, 5, 30]).tolist()
    [1.0, 0.75, 0.0]
    """

    formula: ClassVar[str]
    source: ClassVar[str]

    def __call__(self, minutes: ArrayLike) -> Floats:
        """Return the weight of each walk.

        Parameters
        ----------
        minutes : any shape
            0 or more; inf where there is no path.
        """
        given = np.asarray(minutes, dtype=np.float64)
        return np.asarray(np.where(np.isinf(given), 0.0, self._weigh(given)), dtype=np.float64)

    @abstractmethod
    def _weigh(self, minutes: Floats) -> Floats:
        """Return the weights; what stands for inf is replaced."""


#: What a function with a decay takes: one of ours, or any function from minutes to weights.
AnyDecay: TypeAlias = Decay | Callable[[Floats], Any]


@dataclass(frozen=True)
class WithinCutoff(Decay):
    """All or nothing: whatever is within the cutoff counts in full.

    Examples
    --------
    >>> import planner
    >>> planner.accessibility.WithinCutoff(15)([15, 15.1]).tolist()
    [1.0, 0.0]
    """

    cutoff_minutes: float

    formula = "1 if t <= cutoff, else 0"
    source = "Wachs & Kumagai (1973), Socio-Economic Planning Sciences 7(5)"

    def __post_init__(self) -> None:
        _check_number(self, "cutoff_minutes", zero=True)

    def _weigh(self, minutes: Floats) -> Floats:
        return (minutes <= self.cutoff_minutes).astype(np.float64)


@dataclass(frozen=True)
class Gaussian(Decay):
    """A bell without an end: 0.61 of the weight is left at `sigma_minutes`.

    Examples
    --------
    >>> import planner
    >>> planner.accessibility.Gaussian(10)([0, 10, 20]).round(3).tolist()
    [1.0, 0.607, 0.135]
    """

    sigma_minutes: float

    formula = "exp(-t^2 / (2 sigma^2))"
    source = "Ingram (1971), Regional Studies 5(2)"

    def __post_init__(self) -> None:
        _check_number(self, "sigma_minutes")

    def _weigh(self, minutes: Floats) -> Floats:
        return np.asarray(np.exp(-np.square(minutes / self.sigma_minutes) / 2))


@dataclass(frozen=True)
class GaussianToCutoff(Decay):
    """A bell that is 0 from the cutoff on.

    Examples
    --------
    >>> import planner
    >>> planner.accessibility.GaussianToCutoff(15)([0, 7.5, 15, 20]).round(3).tolist()
    [1.0, 0.701, 0.0, 0.0]
    """

    cutoff_minutes: float

    formula = "(exp(-(t / cutoff)^2 / 2) - exp(-1/2)) / (1 - exp(-1/2)) if t <= cutoff, else 0"
    source = "Dai (2010), Health & Place 16(5)"

    def __post_init__(self) -> None:
        _check_number(self, "cutoff_minutes")

    def _weigh(self, minutes: Floats) -> Floats:
        bell = np.exp(-np.square(minutes / self.cutoff_minutes) / 2)
        return np.asarray(np.maximum((bell - np.exp(-0.5)) / (1 - np.exp(-0.5)), 0.0))


@dataclass(frozen=True)
class Exponential(Decay):
    """Each minute takes the same share of what is left.

    Examples
    --------
    >>> import planner
    >>> planner.accessibility.Exponential(0.1)([0, 10]).round(3).tolist()
    [1.0, 0.368]
    """

    beta_per_minute: float

    formula = "exp(-beta t)"
    source = "Wilson (1971), Environment and Planning 3(1)"

    def __post_init__(self) -> None:
        _check_number(self, "beta_per_minute", zero=True)

    def _weigh(self, minutes: Floats) -> Floats:
        return np.asarray(np.exp(-self.beta_per_minute * minutes))


@dataclass(frozen=True)
class InversePower(Decay):
    """A power of the minutes; below `least_minutes` it stays as it is there, as t^-b has no end.

    Examples
    --------
    >>> import planner
    >>> planner.accessibility.InversePower(2)([0, 1, 2, 10]).tolist()
    [1.0, 1.0, 0.25, 0.01]
    """

    exponent: float
    least_minutes: float = 1.0

    formula = "max(t, least)^-exponent"
    source = "Hansen (1959), Journal of the American Institute of Planners 25(2)"

    def __post_init__(self) -> None:
        _check_number(self, "exponent", zero=True)
        _check_number(self, "least_minutes")

    def _weigh(self, minutes: Floats) -> Floats:
        return np.asarray(np.maximum(minutes, self.least_minutes) ** -self.exponent)


@dataclass(frozen=True)
class Linear(Decay):
    """The same weight less for every minute, 0 from the cutoff on.

    Examples
    --------
    >>> import planner
    >>> planner.accessibility.Linear(15)([0, 3, 15]).tolist()
    [1.0, 0.8, 0.0]
    """

    cutoff_minutes: float

    formula = "max(0, 1 - t / cutoff)"
    source = "Kwan (1998), Geographical Analysis 30(3)"

    def __post_init__(self) -> None:
        _check_number(self, "cutoff_minutes")

    def _weigh(self, minutes: Floats) -> Floats:
        return np.asarray(np.maximum(1 - minutes / self.cutoff_minutes, 0.0))


@dataclass(frozen=True)
class Logistic(Decay):
    """A soft cutoff: about half of the weight is left at `middle_minutes`.

    The smaller the standard deviation `sd_minutes`, the nearer it is to all or nothing.

    Examples
    --------
    >>> import planner
    >>> planner.accessibility.Logistic(15, 3)([0, 15, 30]).round(3).tolist()
    [1.0, 0.5, 0.0]
    """

    middle_minutes: float
    sd_minutes: float

    formula = "(1 + exp(-middle k)) / (1 + exp((t - middle) k)) with k = pi / (sd sqrt(3))"
    source = "Bauer & Groneberg (2016), PLOS ONE 11(7) e0159148"

    def __post_init__(self) -> None:
        _check_number(self, "middle_minutes")
        _check_number(self, "sd_minutes")

    def _weigh(self, minutes: Floats) -> Floats:
        from scipy.special import expit

        steepness = np.pi / (self.sd_minutes * np.sqrt(3))
        at_door = expit(self.middle_minutes * steepness)
        return np.asarray(expit((self.middle_minutes - minutes) * steepness) / at_door)


@dataclass(frozen=True)
class Bands(Decay):
    """One weight for each band of minutes, 0 beyond the last.

    Parameters
    ----------
    bands
        Pairs (minutes up to which it holds, weight), or a dict of them; minutes ascend, weights
        never rise.

    Examples
    --------
    The weights of Luo & Qi for bands of 10 minutes by car, here for 5 minutes on foot:

    >>> import planner
    >>> decay = planner.accessibility.Bands({5: 1, 10: 0.68, 15: 0.22})
    >>> decay([4, 5, 6, 15, 16]).tolist()
    [1.0, 1.0, 0.68, 0.22, 0.0]
    """

    bands: tuple[tuple[float, float], ...]

    formula = "the weight of the first band with t <= its minutes, 0 beyond the last"
    source = "Luo & Qi (2009), Health & Place 15(4): 1, 0.68, 0.22"

    def __init__(self, bands: Mapping[float, float] | tuple[tuple[float, float], ...]) -> None:
        object.__setattr__(self, "bands", _read_bands(bands))

    def _weigh(self, minutes: Floats) -> Floats:
        ends, weights = np.array(self.bands).T
        return np.asarray(np.append(weights, 0.0)[np.searchsorted(ends, minutes)])


def weigh(decay: AnyDecay, minutes: Floats, name: str = "decay") -> Floats:
    """Return the weights of walks (n,), refusing what a function of the caller must not return."""
    if not callable(decay):
        raise ArgumentError(
            f"{name} is a {type(decay).__name__}; give a decay such as Gaussian(5), or a function"
        )
    if isinstance(decay, type):
        raise ArgumentError(
            f"{name} is the class {decay.__name__}; give it numbers, as Gaussian(5)"
        )
    try:
        weights = np.asarray(decay(minutes), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"{name} cannot weigh an array of minutes; let it take and return arrays"
        ) from error
    if weights.shape != minutes.shape:
        raise ArgumentError(
            f"{name} returns the shape {weights.shape} for {len(minutes)} walks; "
            "let it return one weight for each"
        )
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise ArgumentError(
            f"{name} returns {weights[at]:g} for {minutes[at]:g} minutes; "
            "let weights be 0 or more and finite"
        )
    return weights


def _check_number(decay: Decay, key: str, *, zero: bool = False) -> None:
    """Refuse a number of a decay that is not above 0, or 0 where that is allowed; keep a float."""
    value = getattr(decay, key)
    name = f"{type(decay).__name__}: {key}"
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise ArgumentError(f"{name} is {quote(value)}; give a number")
    number = float(value)
    if not np.isfinite(number) or number < 0 or (number == 0 and not zero):
        least = "of at least 0" if zero else "above 0"
        raise ArgumentError(f"{name} is {number:g}; give a number {least}")
    object.__setattr__(decay, key, number)


def _read_bands(bands: Any) -> tuple[tuple[float, float], ...]:
    """Return the bands of `Bands`, checked."""
    pairs = list(bands.items()) if isinstance(bands, Mapping) else bands
    try:
        read = tuple((float(end), float(weight)) for end, weight in pairs)
    except (TypeError, ValueError) as error:
        raise ArgumentError(
            f"Bands: bands are {quote(bands)}; give minutes and weights, as {{5: 1, 10: 0.5}}"
        ) from error
    if not read:
        raise ArgumentError("Bands: bands are empty; give minutes and weights, as {5: 1, 10: 0.5}")
    values = np.array(read)
    if not np.isfinite(values).all() or (values < 0).any():
        raise ArgumentError("Bands: a band is negative or no number; give 0 or more")
    if (np.diff(values[:, 0]) <= 0).any():
        raise ArgumentError("Bands: the minutes of the bands do not ascend; sort them")
    if (np.diff(values[:, 1]) > 0).any():
        raise ArgumentError("Bands: a weight rises with the minutes; let them fall or stay")
    return read
