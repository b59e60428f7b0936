"""The files of texts: each key once, and the same ones in both languages."""

import re
import tomllib
from pathlib import Path

from planner import texts
from planner.texts.report_texts import REPORT_TEXTS

FOLDER = Path(texts.__file__).parent
#: Without what the command line says, whose English stands in the code.
FILES = sorted(
    path.stem for path in FOLDER.glob("*.toml") if not path.stem.startswith("zh_messages")
)


def keys_of(file: str) -> list[str]:
    """Return the keys of a file in their order, English ones for a single thing too."""
    return list(tomllib.loads((FOLDER / f"{file}.toml").read_text(encoding="utf-8")))


def test_both_languages_have_the_same_files_with_the_same_keys_in_the_same_order():
    parts = {file.partition("_")[2] for file in FILES}
    assert sorted(f"{language}_{part}" for language in texts.LANGUAGES for part in parts) == FILES
    for part in parts:
        english = [key for key in keys_of(f"en_{part}") if not key.endswith("_one")]
        assert keys_of(f"zh_{part}") == english


def test_every_text_of_the_files_is_there_once():
    for language, table in REPORT_TEXTS.items():
        keys = [key for file in FILES if file.startswith(language) for key in keys_of(file)]
        assert len(keys) == len(set(keys))
        assert set(keys) == set(table)


def test_every_text_is_asked_for():
    """By its key, by the beginning of it before a word of the data, or by an ending of another."""
    maps = FOLDER.parent / "maps"
    files = [*maps.glob("*.py"), *(maps / "assets" / "program").rglob("*.js")]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    names = set(re.findall(r"\w+", code))
    begins = tuple(re.findall(r"""['"](\w+_)['"] \+""", code)) + tuple(
        f"{group}_" for group in re.findall(r"(?:term\(|titleOf\(page, )'(\w+)'", code)
    )
    left = {
        key
        for key in texts.TEXTS["en"]
        if not key.startswith(begins)
        and key not in names
        and not any(key.removesuffix(end) in names for end in ("_one", "_means"))
    }
    assert left == set()
