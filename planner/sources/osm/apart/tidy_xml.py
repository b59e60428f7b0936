"""Tidies OSM XML into lines that osmium reads safely: checked, newest versions, in order.

Files come from servers, from Overpass and from editors. JOSM gives new objects negative ids and
leaves deleted ones in the file, Overpass puts ways before nodes, histories hold several versions.
osmium knows no negative ids, and some values end the whole process. Here every value is looked at
before; a fault names the element.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

#: Ids from here on stand for negative ones: LOWEST_NEW + 5 is -5. OSM has used up 2^34.
LOWEST_NEW: Final = 2**50
#: OSM allows 2,000; other programs write more.
MAX_WAY_NODES: Final = 100_000
#: OSM allows 255 characters; osmium takes this many bytes.
MAX_TEXT_BYTES: Final = 1024
NO_BOX: Final = "bounds that are no box"

_CHUNK_BYTES: Final = 1 << 16
#: One tag of XML with all of its attributes.
_MAX_MARKUP_BYTES: Final = 1 << 20
_KINDS: Final = {"node": "n", "way": "w", "relation": "r"}
_SPECIAL: Final = re.compile(r"[^-\w.:;/+*()'\"!?&$<>|~^\[\]{}]")
#: A time as OSM writes it.
STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
#: A day alone, too, or with a time to the minute or in parts of a second.
_DATE: Final = re.compile(
    r"\d{4}-[01]\d-[0-3]\d(T[0-2]\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)
_VERSION: Final = re.compile(r"\d{1,9}", re.ASCII)


class ExtractError(Exception):
    """A fault of an extract, in words for the user."""


@dataclass
class Facts:
    """What an extract says of itself: boxes are west, south, east, north in degrees."""

    generator: str = ""
    date: str = ""
    newest: str = ""
    boxes: list[list[float]] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)

    def take_box(self, west: float, south: float, east: float, north: float) -> None:
        """Take an extent; one of no size, inverted or not on Earth is only counted."""
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            self.boxes.append([west, south, east, north])
        else:
            self.skipped[NO_BOX] = self.skipped.get(NO_BOX, 0) + 1


def tidy_xml(file: IO[bytes], folder: Path, most_bytes: int) -> tuple[Path, Facts]:
    """Write the elements of OSM XML as OPL lines.

    Parameters
    ----------
    file
        Unpacked bytes.
    folder
        Where the lines go.
    most_bytes
        A file that unpacks to more is refused.

    Returns
    -------
    The file of lines: nodes, ways, relations, each by id, the newest versions of what is there;
    negative ids as LOWEST_NEW tells. And what the file says of itself.

    Raises
    ------
    ExtractError
        If the file is no OSM XML or holds a value that cannot be; the message names the element.
    """
    paths = {letter: folder / f"tidy.{letter}.opl" for letter in _KINDS.values()}
    parser = expat.ParserCreate()
    reader = _Reader(parser, {letter: path.open("wb") for letter, path in paths.items()})
    try:
        _feed(file, parser, reader, most_bytes)
    finally:
        for lines in reader.files.values():
            lines.close()
    tidy = folder / "tidy.opl"
    with tidy.open("wb") as whole:
        for letter, path in paths.items():
            with path.open("rb") as lines:
                if letter in reader.mixed:
                    whole.writelines(keep_newest(lines))
                else:
                    shutil.copyfileobj(lines, whole)
            path.unlink()
    return tidy, reader.facts


def _feed(file: IO[bytes], parser: expat.XMLParserType, reader: _Reader, most_bytes: int) -> None:
    """Give the bytes of a file to the parser piece by piece."""
    n_bytes = 0
    try:
        while chunk := file.read(_CHUNK_BYTES):
            n_bytes += len(chunk)
            if n_bytes > most_bytes:
                raise ExtractError(f"unpacks to more than {most_bytes / 1e6:.0f} MB: not a map")
            parser.Parse(chunk, False)
            # What the parser has not passed on is one tag that goes on, held in memory.
            if n_bytes - parser.CurrentByteIndex > _MAX_MARKUP_BYTES:
                raise ExtractError(
                    f"line {parser.CurrentLineNumber}: one element with more than "
                    f"{_MAX_MARKUP_BYTES / 1e6:.0f} MB of attributes, {reader.place()}"
                )
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ExtractError(f"not a readable OSM file ({error}); it may be cut short") from error


class _Reader:
    """Takes what the parser finds and writes a line for each element."""

    def __init__(self, parser: expat.XMLParserType, files: dict[str, IO[bytes]]) -> None:
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = self.refuse_doctype
        self._parser = parser
        self.files = files
        self.facts = Facts()
        #: Kinds whose lines are in no order, or of which some are old or deleted.
        self.mixed: set[str] = set()
        self._write: dict[str, Callable[[bytes], object]] = {
            letter: lines.write for letter, lines in files.items()
        }
        self._last = dict.fromkeys(files, -1)
        self._root = ""
        self._open = ""  # the last element met, as "n5"
        self._remark: list[str] = []
        self._letter = ""  # of the element that is read
        self._attributes: dict[str, str] = {}
        self._tags: list[str] = []
        self._parts: list[str] = []  # nodes of a way, members of a relation

    def place(self) -> str:
        """Tell where reading stands."""
        return f"in or after {self._told()}" if self._open else "before the first element"

    def refuse_doctype(self, *_: object) -> None:
        """Refuse a document that defines entities: a few bytes may stand for gigabytes."""
        raise ExtractError("holds a <!DOCTYPE>, which no OSM file needs")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        if name == "nd":
            if self._letter == "w":
                self._take_ref(attributes)
        elif name == "tag":
            if self._letter:
                self._take_tag(attributes)
        elif name == "member":
            self._take_member(attributes)
        elif name in _KINDS:
            if not self._root:
                self._take_root(name, attributes)
            self._begin(_KINDS[name], attributes)
        elif not self._root:
            self._take_root(name, attributes)
        elif name == "bounds" and not self._letter:
            self._take_bounds(attributes)
        elif name == "meta":
            self.facts.date = to_date(attributes.get("osm_base", "")) or self.facts.date
        elif name == "remark":
            self._remark = []
            self._parser.CharacterDataHandler = self._remark.append

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if self._letter and _KINDS.get(name) == self._letter:
            self._write_line()
            self._letter = ""
        elif name == "remark":
            remark = " ".join("".join(self._remark).split())
            self._parser.CharacterDataHandler = None
            if "error" in remark.lower():
                raise ExtractError(f"the server ended early ({remark[:200]}): fetch it again")

    def _begin(self, letter: str, attributes: dict[str, str]) -> None:
        self._letter, self._attributes = letter, attributes
        self._tags, self._parts = [], []
        self._open = f"{letter}{attributes.get('id', '?')[:30]}"

    def _told(self) -> str:
        """Name the element that is read."""
        kind = next(kind for kind, letter in _KINDS.items() if letter == self._open[0])
        return f"{kind} {self._open[1:]}"

    def _take_root(self, name: str, attributes: dict[str, str]) -> None:
        if name != "osm":
            raise ExtractError(f"not a readable OSM file: it begins with <{name[:40]}>, not <osm>")
        self._root = name
        self.facts.generator = attributes.get("generator", "")[:200]
        stamps = ("osmosis_replication_timestamp", "timestamp")
        told = (to_date(attributes.get(key, "")) for key in stamps)
        self.facts.date = next(filter(None, told), "")

    def _take_bounds(self, attributes: dict[str, str]) -> None:
        sides = [attributes.get(key, "") for key in ("minlon", "minlat", "maxlon", "maxlat")]
        self.facts.take_box(*map(_to_number, sides))

    def _take_ref(self, attributes: dict[str, str]) -> None:
        ref = self._id(attributes.get("ref"), "it names a node with")
        self._parts.append(f"n{ref}")
        if len(self._parts) > MAX_WAY_NODES:
            raise ExtractError(f"{self._told()}: more than {MAX_WAY_NODES:,} nodes; split the way")
        if "lat" in attributes:  # Overpass, `out geom`: the nodes themselves may not follow
            self.mixed.add("n")
            self._write["n"](f"n{ref} v0 dV T{self._place(attributes)}\n".encode())

    def _take_member(self, attributes: dict[str, str]) -> None:
        letter = attributes.get("type", "")[:1]
        if self._letter != "r" or letter not in self.files:
            return
        ref = self._id(attributes.get("ref"), "it names a member with")
        role = self._checked(attributes.get("role", ""), "the role of a member")
        self._parts.append(f"{letter}{ref}@{role}")

    def _take_tag(self, attributes: dict[str, str]) -> None:
        key = self._checked(attributes.get("k", ""), "a key")
        value = self._checked(attributes.get("v", ""), f"the value of {attributes.get('k')!r}")
        self._tags.append(f"{key}={value}")

    def _checked(self, text: str, what: str) -> str:
        """Refuse a long text, and write one as lines need it."""
        # A character has four bytes at most, so a short text need not be encoded to be measured.
        if len(text) * 4 > MAX_TEXT_BYTES and len(text.encode()) > MAX_TEXT_BYTES:
            raise ExtractError(f"{self._told()}: {what} has more than {MAX_TEXT_BYTES} bytes")
        return _SPECIAL.sub(_escape, text)

    def _id(self, text: str | None, what: str) -> int:
        """Read an id; a negative one goes on above all others."""
        try:
            number = int(text or "")
        except ValueError:
            number = LOWEST_NEW
        if not -LOWEST_NEW < number < LOWEST_NEW:
            shown = "no id" if text is None else f"the id {text[:30]!r}"
            raise ExtractError(f"{self._told()}: {what} {shown}; ids are whole numbers below 2^50")
        return number if number >= 0 else LOWEST_NEW - number

    def _place(self, attributes: dict[str, str]) -> str:
        """Write lon and lat; none where a node has neither, as deleted ones."""
        given = attributes.get("lon"), attributes.get("lat")
        if given == (None, None):
            return ""
        lon, lat = (_to_number(text or "") for text in given)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ExtractError(
                f"{self._told()}: lat={given[1] or ''!s:.30} lon={given[0] or ''!s:.30} "
                "is no place on Earth; mend or delete it"
            )
        return f" x{lon:.7f} y{lat:.7f}"

    def _write_line(self) -> None:
        """Write the element that ends."""
        letter, attributes = self._letter, self._attributes
        number = self._id(attributes.get("id"), "it has")
        version = attributes.get("version", "")
        version = version if _VERSION.fullmatch(version) else "1"
        gone = attributes.get("action") == "delete" or attributes.get("visible") == "false"
        if number <= self._last[letter] or gone:
            self.mixed.add(letter)
        self._last[letter] = number
        stamp = attributes.get("timestamp", "")
        if stamp > self.facts.newest and STAMP.fullmatch(stamp):
            self.facts.newest = stamp
        parts = ",".join(self._parts)
        if gone:
            rest = ""
        elif letter == "n":
            rest = self._place(attributes)
        else:
            rest = f" N{parts}" if letter == "w" else f" M{parts}"
        seen = "D" if gone else "V"
        line = f"{letter}{number} v{version} d{seen} T{','.join(self._tags)}{rest}\n"
        self._write[letter](line.encode())


def _to_number(text: str) -> float:
    """Read a coordinate; what is none is nan."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _escape(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):x}%"


def to_date(text: str) -> str:
    """Return what a file says of its date, "" where that is no date."""
    return text if _DATE.fullmatch(text) else ""


def keep_newest(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the newest version of each element that is not deleted, by id."""
    ordered = sorted(lines, key=_id_and_version)  # stable: of equal versions the later stays last
    for line, following in pairwise([*ordered, b""]):
        name, _, seen, _ = line.split(b" ", 3)
        if seen == b"dV" and not following.startswith(name + b" "):
            yield line


def _id_and_version(line: bytes) -> tuple[int, int]:
    name, version, _ = line.split(b" ", 2)
    return int(name[1:]), int(version[1:])
