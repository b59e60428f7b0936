"""The text of a first plan.toml: every key with its meaning, set or as a comment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from planner.errors import on_one_line
from planner.plan import KINDS, list_plan_keys
from planner.sources.offered_sections import OFFERED
from planner.texts.plan_texts import PlanTexts, load_plan_texts

#: People per hectare put into a zone until somebody knows better.
_DENSITIES: Final = {"residential": 100, "industrial": 60, "commercial": 80}

Source = Literal["table", "raster", "polygons", "town_totals"]


@dataclass(frozen=True)
class PeopleStart:
    """People that a new plan takes from a file.

    kinds : whose. source : the key of [[demand]] that names the file. path : as it stands in the
    plan. column : heading of the people, "" where none is named.
    """

    kinds: tuple[str, ...]
    source: Source
    path: str
    column: str = ""


@dataclass(frozen=True)
class FoundDatum:
    """In which datum a table of a new plan is.

    crs : what to set, "" for nothing. found, sureness, remedy, reasons : as the doctor says.
    swapped : the columns of longitude and latitude stand for each other.
    """

    crs: str
    found: str
    sureness: str
    remedy: str = ""
    reasons: tuple[str, ...] = ()
    swapped: bool = False


@dataclass(frozen=True)
class PlanStart:
    """What a new plan starts from; paths as they stand in it, "" where there is none.

    zones : kind -> number of zones in the area. headings : our name -> heading of the table of
    facilities; unread : its other headings; misread : why they cannot be understood, or "".
    datums : key of the plan -> what was found.
    """

    name: str
    osm: str
    language: str = "zh"
    facilities: str = ""
    boundary: str = ""
    towns: str = ""
    zones: Mapping[str, int] = field(default_factory=dict)
    people: PeopleStart | None = None
    headings: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    misread: bool = False
    datums: Mapping[str, FoundDatum] = field(default_factory=dict)


def build_template(start: PlanStart) -> str:
    """Return the text of a plan.toml; every key of a plan stands in it, set or as a comment."""
    return _Writer(start).write()


class _Writer:
    """Writes the parts of a plan in its language."""

    def __init__(self, start: PlanStart) -> None:
        self.start = start
        self.texts: PlanTexts = load_plan_texts(start.language)
        self.meanings = {key.key: key.description for key in list_plan_keys()} | {**self.texts.keys}

    def write(self) -> str:
        """Return the whole plan."""
        parts = [
            *self._top(), *self._area(), *self._network(), *self._facilities(), *self._demand(),
            *self._service(),
        ]  # fmt: skip
        for heading, values in OFFERED.items():
            parts += self._offer(heading, values)
        return "".join(parts)

    def _top(self) -> list[str]:
        name = _quote_text(self.start.name)
        values = self.texts.say("language_values")
        return [
            self._comment("introduction"),
            "\n",
            self._key("name", name),
            self._key("title", name, active=False),
            self._key("language", _quote_text(self.start.language), also=values),
            self._key("synthetic", "false", active=False),
            self._key("control_points", '"control_points.csv"', active=False),
        ]

    def _area(self) -> list[str]:
        boundary, towns = self.start.boundary, self.start.towns
        return [
            self._heading("[area]", active=bool(boundary)),
            self._named("area.boundary", boundary, "district.geojson"),
            *self._datum("area.crs", active=bool(boundary)),
            self._key("area.place", '"Porto Alegre, Brazil"', active=False),
            self._named("area.towns", towns, "towns.geojson"),
            *self._datum("area.towns_crs", active=bool(towns)),
            self._key("area.tiers", '"tiers.geojson"', active=False),
            self._key("area.committees", '"committees.geojson"', active=False),
            self._comment("known"),
            self._key("area.known", '"everywhere"', active=False),
        ]

    def _network(self) -> list[str]:
        values = '{ "主干路" = "primary", "便道" = "footway" }'
        return [
            self._heading("[network]"),
            self._key("network.osm", _quote_text(self.start.osm)),
            self._key("network.streets", '"streets.shp"', active=False),
            self._key("network.streets_crs", '"GCJ-02"', active=False),
            self._key("network.columns", '{ highway = "道路等级", name = "名称" }', active=False),
            self._key("network.values", values, active=False),
            self._key("network.access_limit_m", "100", active=False),
            self._key("network.access_detour", "1.4", active=False),
            self._key("network.gates", '"gates.csv"', active=False),
            self._key("network.gates_crs", '"EPSG:4326"', active=False),
            self._key("network.gates_columns", '{ name = "大门" }', active=False),
            self._key("network.elevation", '"dem.tif"', active=False),
            self._key("network.direction", '"to"', active=False),
        ]

    def _facilities(self) -> list[str]:
        start = self.start
        named = "" if start.facilities else self._comment("facilities_missing")
        return [
            self._heading("[facilities]"),
            named,
            self._key("facilities.table", _quote_text(start.facilities or "facilities.csv")),
            *self._datum("facilities.crs", active=True),
            *self._list_headings(),
            self._columns(),
            self._comment("complete"),
            self._key("facilities.complete", "true", active=False),
        ]

    def _list_headings(self) -> list[str]:
        """List the headings of the table of facilities, and what they were taken for."""
        start = self.start
        parts = []
        if start.headings:
            parts = [self._comment("headings_found")]
            parts += [f"# {on_one_line(told)} -> {ours}\n" for ours, told in start.headings.items()]
        if start.unread:
            said = "headings_unread" if start.misread else "headings_left"
            parts.append(self._comment(said, names=on_one_line(", ".join(start.unread))))
        return parts

    def _columns(self) -> str:
        """Write which headings are meant: where lon and lat are swapped, the one by the other."""
        start = self.start
        datum = start.datums.get("facilities.crs")
        if datum is None or not datum.swapped or datum.sureness == "undecided":
            return self._key("facilities.columns", '{ name = "全称", lon = "X" }', active=False)
        lon, lat = (_quote_text(start.headings.get(name, name)) for name in ("lon", "lat"))
        return self._key("facilities.columns", f"{{ lon = {lat}, lat = {lon} }}")

    def _datum(self, key: str, *, active: bool) -> list[str]:
        """Write the datum of a table, with the evidence for it."""
        found = self.start.datums.get(key) if active else None
        if found is None:
            return [self._key(key, '"EPSG:4326"', active=False)]
        decided = found.found and found.sureness != "undecided"
        said = f"datum_{found.sureness}" if decided else "datum_undecided"
        parts = [self._comment(said, found=found.found, declared="EPSG:4326")]
        # Of what is undecided the evidence would only puzzle.
        if decided:
            said_so = filter(None, map(self.texts.say_evidence, found.reasons))
            parts += [self._comment("evidence", reason=reason) for reason in said_so]
            if found.swapped:
                parts.append(self._comment("datum_swapped"))
            if found.remedy and not found.crs:
                parts.append(self._comment("datum_remedy", remedy=found.remedy))
        crs = found.crs if decided else ""
        return [*parts, self._key(key, _quote_text(crs or "EPSG:4326"), active=bool(crs))]

    def _demand(self) -> list[str]:
        """Write the people given, the zones of other kinds, and offer what else there may be."""
        start = self.start
        given = set() if start.people is None else {*start.people.kinds}
        zones = [kind for kind in KINDS if start.zones.get(kind) and kind not in given]
        parts = [f"\n{self._comment('heading_demand')}"]
        said: set[str] = set()
        if start.people is not None:
            for kind in start.people.kinds:
                parts += self._given_people(start.people, kind, said)
        elif not zones:
            parts.append(self._comment("zones_none"))
        for kind in zones:
            number = self.texts.say("zones_found", count=start.zones[kind])
            parts.append(f"\n[[demand]]  # {number}\n")
            parts.append(self._once("demand.kind", _quote_text(kind), said))
            parts.append(self._once("demand.osm", "true", said))
            parts.append(self._comment("density"))
            parts.append(self._once("demand.people_per_hectare", str(_DENSITIES[kind]), said))
        return parts + self._offer_demand(said)

    def _given_people(self, people: PeopleStart, kind: str, said: set[str]) -> list[str]:
        """Write one [[demand]] of the people given."""
        file = self.texts.say("demand_given", file=on_one_line(people.path))
        parts = [f"\n[[demand]]  # {file}\n", self._once("demand.kind", _quote_text(kind), said)]
        if people.source == "town_totals":
            parts.append(self._once("demand.osm", "true", said))
        parts.append(self._once(f"demand.{people.source}", _quote_text(people.path), said))
        if people.column and people.source != "town_totals":
            parts.append(self._once("demand.people", _quote_text(people.column), said))
        if "demand.crs" in self.start.datums:
            parts += self._datum("demand.crs", active=True)
            said.add("demand.crs")
        return parts

    def _offer_demand(self, said: set[str]) -> list[str]:
        """Offer every key of [[demand]] that is not set yet, by the source it belongs to."""
        sources = {
            "people_points": {
                "kind": '"residential"', "table": '"population_points.csv"', "people": '"people"',
                "id": '"id"', "crs": '"EPSG:4326"', "columns": '{ lon = "X", lat = "Y" }',
                "class": '"housing"',
            },
            "people_raster": {
                "raster": '"worldpop.tif"', "raster_unit": '"people"', "raster_band": "1",
            },
            "people_polygons": {
                "polygons": '"committees.geojson"', "class_zones": '"housing.geojson"',
                "class_column": '"class"',
            },
            "people_zones": {
                "osm": "true", "people_per_hectare": "100", "town_totals": '"population.csv"',
                "levels_default": "2",
            },
        }  # fmt: skip
        parts = []
        for source, keys in sources.items():
            parts.append(f"\n#[[demand]]  # {self.texts.say(source)}\n")
            parts += [
                self._once(f"demand.{key}", value, said, active=False)
                for key, value in keys.items()
            ]
        return parts

    def _service(self) -> list[str]:
        return [
            self._heading("[service]"),
            self._key("service.cutoffs_minutes", "[5, 10, 15]"),
            self._key("service.profile", '"adult"'),
            self._key("service.profiles", '["elderly", "wheelchair"]', active=False),
            self._key("service.targets", "{ residential = 0.85 }", active=False),
            self._key("service.gap_join_m", "150", active=False),
            self._key("service.default_rules", "true", active=False),
            self._key("service.moments", '["weekday_morning", "night"]', active=False),
            self._key("service.timezone", '"Asia/Shanghai"', active=False),
            self._key("service.country", '"CN"', active=False),
        ]

    def _offer(self, heading: str, values: dict[str, str]) -> list[str]:
        """Write the keys of an optional section, all as comments."""
        section = heading.strip("[]")
        keys = [self._key(f"{section}.{key}", value, active=False) for key, value in values.items()]
        return [self._heading(heading, active=False), *keys]

    def _heading(self, heading: str, *, active: bool = True) -> str:
        """Write the heading of a section below what it is about."""
        about = self._comment(f"heading_{heading.strip('[]').replace('.', '_')}")
        return f"\n{about}{'' if active else '#'}{heading}\n"

    def _named(self, key: str, path: str, example: str) -> str:
        """Write the path that was given, else an example."""
        return self._key(key, _quote_text(path or example), active=bool(path))

    def _once(self, key: str, value: str, said: set[str], *, active: bool = True) -> str:
        """Write a key; what it means only where it stands for the first time."""
        line = self._key(key, value, active=active, said=key not in said)
        said.add(key)
        return line

    def _key(
        self, key: str, value: str, *, active: bool = True, also: str = "", said: bool = True
    ) -> str:
        """Write a key with its meaning above it, as a comment where it is not set."""
        meaning = f"# {self.meanings[key]}{': ' + also if also else ''}\n" if said else ""
        return f"{meaning}{'' if active else '#'}{key.rpartition('.')[2]} = {value}\n"

    def _comment(self, name: str, **values: object) -> str:
        """Write a comment of the texts."""
        lines = self.texts.say(name, **values).splitlines()
        return "".join(f"# {line}\n" for line in lines)


def _quote_text(value: str) -> str:
    """Write text as TOML does; its escapes are those of JSON."""
    # JSON writes the control code DEL as it is, which TOML forbids.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
