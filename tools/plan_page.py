"""Writes docs/plan.md from the keys themselves: `python -m tools.plan_page`."""

from itertools import groupby
from pathlib import Path

from planner.plan import PlanKey, list_plan_keys

PAGE = Path(__file__).resolve().parents[1] / "docs" / "plan.md"

INTRODUCTION = """\
# plan.toml

What to analyse, in one TOML file in UTF-8. Paths are relative to the file. An unknown key is an
error that names the nearest valid one. This page is made from the program:
`python -m tools.plan_page`.

The smallest plan that runs:

```toml
name = "my-town"

[network]
osm = "my-town.osm.pbf"

[facilities]
table = "facilities.csv"          # facility_id, name, lon, lat

[[demand]]
kind = "residential"
table = "people.csv"              # lon, lat and a column with people
people = "population"
```
"""

OPENING_HOURS = """\
Opening hours (of stations, services and gates) are read as OSM's specification of
`opening_hours` says, in local time on the clock: a rule after `;` takes the place of all before
it on its days, one that closes takes only its times away, one after `,` adds, one after `||`
speaks where all before it are closed; `PH Su` is a holiday on a Sunday, `PH,Su` either. What a
comment alone says (`"by appointment"`), and what follows the open end of `09:00+`, is unknown:
it covers nobody, and whoever reaches no other station is `unknown`, reason `hours not known`.
Sunrise and sunset are 07:00 and 19:00, dawn and dusk 06:00 and 20:00. Beyond the specification,
either case of letters, punctuation of a Chinese keyboard, typographic dashes and a missing zero
(`9:00`) are read.

Hours in words, in Chinese or English, are read in tables of stations and gates and in scenarios:
`周一至周五 9:00-17:00`, `周二到周日白天9:00-16:30周三至周五晚上18:30-20:30法定节假日闭馆`,
`夏季(5月-9月)8:30-17:30 冬季8:30-17:00`, `Mon-Fri 9am-5pm`. The results hold them in the syntax
of OSM in `opening_hours`, as they were written in `given:opening_hours`; `check` and `run` say
what was made of each text. Times of one day add up where they do not overlap. `工作日` (working
days) are Monday to Friday without public holidays. Seasons without dates are open for sure only
when both are. Days without times are open at unknown times. A bracket that explains (`需预约`),
or takes away what nobody can put a time to (`培训期间除外`), is said and not counted.

What can be meant in two ways that differ is not read: `9:00-5:00`, `8.30-11.30` (times or
dates), times that overlap on one day. Not read, either, are points in time (`10:00`),
`每月第一个周一` (days of a month) and texts of more than 1,000 characters. A station with such a
text has unknown hours, which the warnings list with the row and the part that is not clear; of a
gate it changes nothing; in a scenario it is refused. Hours that can be read and never open stop
the run. Words are read by the table in `planner/plan/_written_words.py`.

Public holidays are those of the library opening-hours-py, taken from nager.date; of China's it
knows the days themselves, without Qingming, the days off around them and the working weekends
(调休). School holidays (`SH`) are not known and count as none. The warnings of a run say so
where it matters."""

RASTERS = """\
A `raster` needs `pip install 'planner[raster]'`. Each of its cells with people is a demand unit;
with `osm = true` beside it, the people of a cell are spread over the buildings in zones of the kind
by their floor area (footprint x storeys) inside the cell; without such buildings over the zones by
land; without zones they stand in the middle of the cell. The people of `polygons` are always spread
like this; where there is neither building nor zone they stand at a point inside. As with
`town_totals`, a zone shows its buildings where these cover 3 % of it. Sums are kept exactly: people
of polygons are shared in whole numbers where they are whole, all others in millionths of a person,
by largest remainder.

Of a cell or polygon that lies partly outside the area, the people count by the share of its area
inside; a polygon of which at most 1 % lies on one side of the border belongs to the other. Polygons
may not overlap by more than 1 %. Of a raster only the part around the area is read. Cells without
data, without a number or with a negative one count nobody; `planner check` counts them, and says
what the raster is and how many people it holds. Cells that hold people per km² look like cells that
hold people: only `raster_unit = "people_per_km2"` tells."""

CLASSES = """\
A class is of housing or settlement, such as 商品房 (bought homes), 动迁房 (resettlement), 公租房
(public rental) or 村宅 (village houses). Each demand unit has one, or none: then it is told as ""
(未注明). `class` takes the text of a column, `class_zones` that of the polygon in which a unit
lies. Of two polygons, and on a border of two, the smaller one counts, of two of one size that whose
class comes first by its letters; a unit within a metre of a polygon counts as on its border. Blanks
are made single; an empty cell, `-` and `/` tell nothing. There may be 30 classes in all: more texts
are rather names. `all` is reserved. Where one [[demand]] of a kind tells classes and another does
not, the people of the other are of no class. Coverage and gaps are told for the classes of a kind
beside its own figures, and add up to them."""

WHAT_IS_KNOWN = """\
What the data know is stated by two keys, and what a plan states, its results say. People are of
unknown cover (`edge of data`) where a straight walk of the cutoff leaves the land whose streets are
known. That land is what the extract claims to hold, else the hull of its streets; `known` puts the
polygons of a file in its place, or all land (`"everywhere"`: no edge at all). With
`facilities.complete = true` a walk over the edge matters only if it can lead to a station of the
table: people are unknown only if the shortest way in straight lines from them to a point of the
edge and on to a station that counts takes no longer than the cutoff (the straight way to it, where
they or the station lie beyond the edge). A station of the table that lies beyond area and ring is
not walked to; where the plan states either key, people within a straight walk of it stay
unknown."""

APPROXIMATE = """\
The place of a station with `approximate` = yes in its row is not confirmed: it covers nobody for
sure. Minutes, nearest stations, isochrones and what stations carry are those of the others. Whoever
they do not cover and who lives within a straight walk of the cutoff from it, and `radius_m` more
(none given: 0), is unknown: `place not confirmed`. This holds for every profile, level, domain,
service, moment, rule, group and repeat in which the station counts. An approximate station that is
closed to outsiders may stand in any compound: it leaves doubt inside compounds alone. `site` takes
planned ones as not there; in a scenario a `move` confirms the place."""

HEADINGS = {
    "": "## Top level",
    "area": (
        "## [area]\n\nOptional. Either `boundary` or `place`; `known` may also stand without them: "
        "then the hull of\nthe streets is analysed.\n\n" + WHAT_IS_KNOWN
    ),
    "network": "## [network]",
    "facilities": "## [facilities]\n\n" + APPROXIMATE,
    "demand": (
        "## [[demand]]\n\nAny number of times. One of: a `table` of points with a column of "
        "`people`; a `raster`;\n`polygons` with a column of `people`; or `osm = true` with either "
        "`people_per_hectare` or\n`town_totals`.\n\n" + RASTERS + "\n\n" + CLASSES
    ),
    "service": "## [service]\n\nOptional.",
    "profiles": (
        "## [[profiles]]\n\nAny number of times. Known by default are adult (4 km/h, derived from "
        "GB 50180-2018)\nand, as assumptions, elderly (2.9), child (3.6), wheelchair (3.2, no "
        "steps), stroller\n(3.6, no steps), bicycle (12, no steps) and ebike (15, no steps); "
        "their delays are\nassumptions too."
    ),
    "moments": (
        "## [[moments]]\n\nAny number of times. Known by default, in the week from Monday "
        "2026-03-09, are\nweekday_morning (Tuesday 10:00), weekday_evening (Tuesday 19:30), "
        "saturday (10:00) and night\n(Tuesday 23:00). Either `at`, or `day` with `time`.\n\n"
        + OPENING_HOURS
    ),
    "conditions": (
        "## [[conditions]]\n\nAny number of times: ice, heat, a flood, asked beside the usual walk "
        "like a moment. Nothing\nin a condition makes a walk shorter. At least one assumption must "
        "be set. See\n[conditions.md](conditions.md)."
    ),
    "conditions.speeds": (
        "## [[conditions.speeds]]\n\nAny number of times in a condition. Of a street all that "
        "apply multiply. Exactly one of\n`factor` and `speed_kmh`."
    ),
    "groups": (
        "## [[groups]]\n\nAny number of times. Parts of the people of one kind; their coverage is "
        "told beside\nthat of all, and never added to it. Exactly one of `share`, `table` and "
        "`column`."
    ),
    "uncertainty": (
        "## [uncertainty]\n\nOptional. Every default range is an assumption, not a measurement."
    ),
    "candidates": (
        "## [candidates]\n\nOptional: where new sites may be. Without it, buildings of public use "
        "in the map and street\nfrontage in and around the gaps. "
        "See [candidates.md](candidates.md)."
    ),
    "candidates.costs": (
        "## [candidates.costs]\n\nWhat a site costs whose table does not say, by its action, in "
        "`cost_unit`. Every default\nis an assumption."
    ),
    "candidates.weights": (
        "## [candidates.weights]\n\nHow much each criterion counts in a site's score; only what "
        "they are to each other matters.\nEvery default is an assumption."
    ),
    "candidates.limits": "## [[candidates.limits]]\n\nAny number of times.",
    "routes": (
        "## [routes]\n\nOptional: themed walks over sites, for `planner routes`. "
        "See [routes.md](routes.md)."
    ),
    "routes.bus": (
        "## [routes.bus]\n\nOptional: without it all is walked. Its speed and its minutes of "
        "boarding are\nassumptions."
    ),
    "courses": (
        "## [courses]\n\nOptional: orders for courses, from which `planner courses` chooses "
        "sessions. Stations hold them\nwhose row has a `room_capacity`. See "
        "[courses.md](courses.md)."
    ),
    "fetch": (
        "## [fetch]\n\nOptional: the servers that `planner fetch` asks, and that look up "
        "`area.place`. The environment\nvariables `PLANNER_OVERPASS` and `PLANNER_NOMINATIM` name "
        "others for plans that name none."
    ),
    "map": (
        "## [map]\n\nOptional. The page is whole without it, and without a connection: then its\n"
        "own ground is seen. Maps whose tiles are in another datum (Amap, Tencent, Google in\n"
        "China: GCJ-02; Baidu: BD-09) are refused: streets and stations would lie hundreds of\n"
        "metres beside them. Who opens the page asks the server of the map, under its terms;\n"
        "OpenStreetMap's may refuse a page that is opened as a file."
    ),
    "rules": (
        "## [[rules]]\n\nAny number of times. Either `cutoff_minutes` or `cutoff_m`. The rules "
        "that\napply by default stand in `data/rules.toml`."
    ),
}


def page() -> str:
    """Return the whole page as Markdown."""
    parts = [INTRODUCTION]
    for section, keys in groupby(list_plan_keys(), key=_section):
        rows = [_row(key) for key in keys]
        heading = HEADINGS.get(section, f"## [{section}]")
        table = ["| key | type | default | meaning |", "| --- | --- | --- | --- |", *rows]
        parts.append(f"{heading}\n\n" + "\n".join(table) + "\n")
    return "\n".join(parts)


def _section(key: PlanKey) -> str:
    """Return the section of a key, empty at the top level."""
    return key.key.rpartition(".")[0]


def _row(key: PlanKey) -> str:
    """Return one line of the table."""
    name = key.key.rpartition(".")[2]
    default = key.default if key.default in {"required", ""} else f"`{key.default}`"
    return f"| `{name}` | {key.type} | {default} | {key.description} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
