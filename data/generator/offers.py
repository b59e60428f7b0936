"""What a station offers, and when: services, hours, and whether outsiders may come in."""

from __future__ import annotations

import numpy as np

_HOURS = (
    ("Mo-Fr 08:30-17:00", 0.29),
    ("Mo-Fr 08:30-11:30,13:30-17:00", 0.15),
    ("Mo-Sa 08:30-17:30", 0.16),
    ("Mo-Su 08:30-20:30", 0.13),
    ("Mo-Su 09:00-17:00", 0.11),
    ("Mo-Fr 08:30-20:00; Sa,Su 09:00-16:00", 0.07),
    ("", 0.09),
)
"""Hours of neighbourhood stations and their shares; for some nobody wrote them down."""
_DOMAIN_HOURS = {
    "industrial_park": ("Mo-Fr 08:30-17:30", "Mo-Fr 09:00-18:00; Sa 09:00-12:00"),
    "mall": ("Mo-Su 10:00-21:30",),
    "office_tower": ("Mo-Fr 09:00-18:00",),
    "scenic_area": ("Mo-Su 08:00-17:00", "Tu-Su 08:30-16:30"),
    "street_block": ("Mo-Su 09:00-20:00",),
    "waterfront": ("Mo-Su 07:00-21:00",),
    "talent_apartments": ("Mo-Fr 12:00-21:00; Sa,Su 09:00-21:00",),
    "couriers": ("24/7", "Mo-Su 07:00-22:00"),
}
_SHARE_OF_STATIONS = {
    "政务": 0.95,
    "文体": 0.80,
    "为老": 0.60,
    "托幼": 0.22,
    "议事": 0.50,
    "培训": 0.35,
    "骑手驿站": 0.10,
}
_OWN_HOURS = {
    "政务": ("Mo-Fr 09:00-16:30", 0.20),
    "文体": ("Mo-Su 08:30-21:00", 0.35),
    "为老": ("Mo-Su 07:30-16:00", 0.45),
    "托幼": ("Mo-Fr 08:00-18:00", 0.70),
    "议事": ("We 19:00-21:00; Sa 09:00-11:30", 0.40),
    "培训": ("Tu,Th 18:30-20:30; Sa 13:30-16:30", 0.40),
    "骑手驿站": ("24/7", 0.50),
}
"""Hours of a service that differ from those of its station, and how often they do."""
_DOMAIN_SERVICES = {
    "industrial_park": ("政务", "议事", "培训"),
    "mall": ("文体", "培训"),
    "office_tower": ("政务", "议事", "培训"),
    "scenic_area": ("文体",),
    "street_block": ("文体", "骑手驿站"),
    "waterfront": ("文体", "骑手驿站"),
    "talent_apartments": ("文体", "培训"),
    "couriers": ("骑手驿站", "议事"),
}
_UNLISTED = 0.06
"""Share of the neighbourhood stations whose services nobody wrote down."""


def hours(rng: np.random.Generator) -> str:
    """Text of opening hours of a neighbourhood station."""
    texts = [text for text, _ in _HOURS]
    return texts[int(rng.choice(len(texts), p=[share for _, share in _HOURS]))]


def hours_of_domain(domain: str, rng: np.random.Generator) -> str:
    """Text of opening hours of a station of a domain."""
    texts = _DOMAIN_HOURS[domain]
    return texts[int(rng.integers(len(texts)))]


def services(rng: np.random.Generator) -> str:
    """Services of a neighbourhood station, some with hours of their own."""
    drawn = rng.random(len(_SHARE_OF_STATIONS))
    names = [
        name
        for name, draw in zip(_SHARE_OF_STATIONS, drawn, strict=True)
        if draw < _SHARE_OF_STATIONS[name]
    ]
    return "" if rng.random() < _UNLISTED else _written(names, rng)


def services_of_domain(domain: str, rng: np.random.Generator) -> str:
    """Services of a station of a domain."""
    return _written(list(_DOMAIN_SERVICES[domain]), rng)


def all_services(rng: np.random.Generator) -> str:
    """Every usual service, as a town's centre has them."""
    return _written(list(_SHARE_OF_STATIONS), rng)


def _written(names: list[str], rng: np.random.Generator) -> str:
    """Services as the table writes them."""
    drawn = rng.random(len(names))
    return " | ".join(
        f"{name}={_OWN_HOURS[name][0]}" if draw < _OWN_HOURS[name][1] else name
        for name, draw in zip(names, drawn, strict=True)
    )
