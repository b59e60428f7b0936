"""What is said of a route and of its stops, in the language of the plan: on sheets and in GPX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.reports.report_words import is_missing
from planner.reports.street_credit import say_credit
from planner.texts.report_texts import REPORT_TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, Any]


@dataclass(frozen=True)
class RouteWords:
    """Says rows of routes.json and of its layers.

    content : of routes.json. language : `zh` or `en`.
    """

    content: Mapping[str, Any]
    language: str

    @property
    def texts(self) -> Mapping[str, str]:
        """Return the texts by key."""
        return REPORT_TEXTS[self.language]

    @property
    def synthetic(self) -> bool:
        """Tell whether the data are invented."""
        return bool(self.content.get("synthetic"))

    @property
    def invented_streets(self) -> bool:
        """Tell whether nobody else made the streets."""
        return bool(self.content.get("invented_streets"))

    @property
    def credit(self) -> str:
        """Return whose streets these are."""
        return say_credit(self.content, self.texts)

    def say(self, key: str, **values: object) -> str:
        """Return a text with its places filled in; that of a single thing where there is one."""
        single = "1" in {str(value) for name, value in values.items() if name == "count"}
        form = f"{key}_one" if single and f"{key}_one" in self.texts else key
        return self.texts[form].format(**values)

    def term(self, group: str, word: object) -> str:
        """Return a word of the data in this language, else as it stands."""
        return self.texts.get(f"{group}_{word}", str(word or ""))

    def number(self, route: Row) -> str:
        """Return the number of a route, which its id ends with."""
        key = str(route["route_id"])
        return key.removeprefix("R") or key

    def name_route(self, route: Row) -> str:
        """Return the name of a route: its number and its theme."""
        return self.say(
            "route_name", route=self.number(route), theme=str(route.get("theme") or "")
        ).strip(" ·")

    def name_stop(self, stop: Row) -> str:
        """Return the number of a stop and its name."""
        return f"{int(stop['order'])} {stop.get('name') or self.texts['stop_unnamed']}"

    def say_times(self, route: Row) -> str:
        """Return when a route begins and ends, and how many sites it has."""
        return self.say(
            "route_times", begin=route["begin"], end=route["end"], count=int(route["sites"])
        )

    def say_walk(self, route: Row) -> str:
        """Return how long people walk, ride and wait on a route."""
        parts = [
            self.say(key, minutes=_whole(route.get(column)))
            for key, column in (
                ("route_walks", "walk_minutes"), ("route_rides", "ride_minutes"),
                ("route_waits", "wait_minutes"),
            )
            if column == "walk_minutes" or _whole(route.get(column)) > 0
        ]  # fmt: skip
        return self.texts["rp_list"].join(parts)

    def say_stop(self, stop: Row) -> str:
        """Return when a group comes to a stop and goes on."""
        parts = [self.say("stop_times", arrive=stop["arrive"], leave=stop["leave"],
                          minutes=_whole(stop.get("dwell_minutes")))]  # fmt: skip
        if _whole(stop.get("wait_minutes")) > 0:
            parts.append(self.say("stop_waits", minutes=_whole(stop.get("wait_minutes"))))
        return self.texts["rp_list"].join(parts)

    def say_leg(self, leg: Row) -> str:
        """Return how long a leg is, and by what."""
        return self.say(
            f"leg_{leg['by']}", minutes=_whole(leg["minutes"]) or "<1",
            metres=f"{float(leg['metres']):,.0f}",
        )  # fmt: skip

    def list_warnings(self, legs: Sequence[Row]) -> list[str]:
        """Return what to look out for on a way: steps, and crossings longer than the plan says."""
        question = self.content.get("question") or {}
        most = float(question.get("long_crossing_m") or 25.0)
        told = []
        for leg in legs:
            if leg["by"] != "walk":
                continue
            ends = {"start": str(leg["from_name"] or ""), "end": str(leg["to_name"] or "")}
            steps = 0 if is_missing(leg.get("steps")) else int(leg["steps"])
            crossing = _number(leg.get("longest_crossing_m"))
            if steps > 0:
                told.append(self.say("leg_steps", count=steps, **ends))
            if crossing > most:
                told.append(self.say("leg_crossing", metres=f"{crossing:.0f}", **ends))
        return told

    def find_template(self, stop: Row) -> Row | None:
        """Return the template of a stop, None for none."""
        key = stop.get("template")
        if is_missing(key) or key == "":
            return None
        rows = self.content.get("templates") or []
        return next((row for row in rows if row.get("template_id") == key), None)

    def say_template(self, stop: Row) -> list[str]:
        """Return what a stop's template says, nothing where it has none."""
        found = self.find_template(stop)
        if found is None:
            return []
        minutes = _number(found.get("minutes"))
        key = "template_minutes" if minutes > 0 else "template_name"
        name = self.say(key, name=str(found.get("name") or ""), minutes=f"{minutes:g}")
        text = str(found.get("text") or "").strip()
        return [self.say("template_text", name=name, text=text) if text else name]


def tell_by_clock(
    route: Row, stops: Sequence[Row], legs: Sequence[Row]
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return a route, its stops and its legs with minutes as the clock times beside them have them.

    Each time is rounded by itself, so that the exact minutes of a leg may differ by one from the
    times at its ends. The sums of the route are those of its legs.

    stops, legs : in order.
    """
    begin = _read_clock(route["begin"])
    free = {0: begin}
    come = dict(free)
    told_stops: list[dict[str, Any]] = []
    for number, stop in enumerate(stops, start=1):
        arrive = _read_clock(stop["arrive"], free[number - 1])
        opens = _read_clock(stop["begin"], arrive)
        free[number] = _read_clock(stop["leave"], opens)
        come[number] = arrive
        minutes = {"wait_minutes": opens - arrive, "dwell_minutes": free[number] - opens}
        told_stops.append({**stop, **minutes})
    come[len(stops) + 1] = _read_clock(route["end"], free[len(stops)])
    told_legs = [
        {**leg, "minutes": come[int(leg["order"])] - free[int(leg["order"]) - 1]} for leg in legs
    ]
    sums = {
        "walk_minutes": sum(leg["minutes"] for leg in told_legs if leg["by"] != "coach"),
        "ride_minutes": sum(leg["minutes"] for leg in told_legs if leg["by"] == "coach"),
        "wait_minutes": sum(stop["wait_minutes"] for stop in told_stops),
    }
    return {**route, **sums}, told_stops, told_legs


def _read_clock(time: Any, after: int = 0) -> int:
    """Return minutes of the day; of a time before the one that it follows, of the next day."""
    hours, _, minutes = str(time).partition(":")
    found = 60 * int(hours) + int(minutes)
    return found + 1440 if found < after - 720 else max(found, after)


def _number(value: Any) -> float:
    """Return a number, 0 for none."""
    return 0.0 if is_missing(value) else float(value)


def _whole(minutes: Any) -> int:
    """Return whole minutes, halves up; 0 for none."""
    return int(_number(minutes) + 0.5)
