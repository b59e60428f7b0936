"""What the generator draws on: streets, areas, walls and points with their OSM tags."""

from __future__ import annotations

from dataclasses import dataclass, field

from shapely import LineString, Polygon

Tags = dict[str, str]


@dataclass
class Canvas:
    """Collector of everything drawn; `streets` join where they cross, all else only by its ends."""

    streets: list[tuple[LineString, Tags]] = field(default_factory=list)
    """Streets on the ground: where two cross they share a node."""
    crossings: list[tuple[LineString, Tags]] = field(default_factory=list)
    """Bridges and underpasses: joined to the streets at their two ends only."""
    lines: list[tuple[LineString, Tags]] = field(default_factory=list)
    """Walls, rails, motorways, river lines."""
    areas: list[tuple[Polygon, Tags]] = field(default_factory=list)
    """Landuse, water, parks."""
    buildings: list[tuple[Polygon, Tags]] = field(default_factory=list)
    points: list[tuple[float, float, Tags]] = field(default_factory=list)
    """Gates, crossings, entrances, stations."""

    def add(self, sketch: Canvas, name: str) -> None:
        """Add all of a sketch; what has an empty name in it gets the name."""

        def named(tags: Tags) -> Tags:
            return {**tags, "name": name} if tags.get("name") == "" else tags

        self.streets.extend((line, named(tags)) for line, tags in sketch.streets)
        self.buildings.extend(sketch.buildings)
        self.areas.extend((shape, named(tags)) for shape, tags in sketch.areas)
        self.points.extend((x, y, named(tags)) for x, y, tags in sketch.points)
