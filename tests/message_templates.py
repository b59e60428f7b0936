"""Collects, from the code itself, the sentences that the command line may say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import typer

import planner
from planner.cli import app
from tests.parsed import parse

PACKAGE = Path(planner.__file__).parent
#: Functions that print what they are given first, by name; the last ones name a stage.
_SAYING = {"say", "complain", "tell", "print_list", "stages", "told"}
#: What drops rows of tables, and which of its arguments is the reason.
_DROPPING = {"refuse": 1, "tell": 1, "add_dropped_rows": 3}
#: Options whose text is help.
_HELP = {"help"}
#: Errors and what makes them.
_ENDINGS = ("Error", "BadParameter")
#: An argument that cannot be meant comes from a caller of the library: no command hands one in,
#: but for the files of a question that a command asks with words of its user.
_OF_CALLERS = "ArgumentError"
_OF_COMMANDS = {"siting/_service_question.py", "siting/services_gained.py"}


def collect_templates() -> dict[str, str]:
    """Return every sentence, its values as {0}, {1} ..., with the file that says it."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        tree = parse(path)
        for text in _texts_of(tree, arguments=where in _OF_COMMANDS):
            if any(sign.isalpha() for sign in text.replace("{", "")):
                found.setdefault(text, where)
    return found


def collect_help() -> list[str]:
    """Return every text of help: of the commands, by paragraphs, and of their options."""
    group = typer.main.get_command(app)
    texts = []
    for command in (group, *group.commands.values()):  # type: ignore[attr-defined]
        paragraphs = (command.help or "").split("\n\n")
        texts += [" ".join(paragraph.split()) for paragraph in paragraphs]
        texts += [option.help for option in command.params]
    return texts


def _texts_of(tree: ast.AST, *, arguments: bool) -> Iterator[str]:
    """Find the sentences of a file; `arguments`: also those about arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                listed = isinstance(key, ast.Constant) and key.value == "reason"
                if listed and isinstance(value, ast.ListComp):
                    yield from write_templates(value.elt)
        if isinstance(node, ast.Call):
            called = node.func
            plain = called.id if isinstance(called, ast.Name) else ""
            name = called.attr if isinstance(called, ast.Attribute) else plain
            said = plain in _SAYING or name.endswith(_ENDINGS) or name == "error"
            if said and node.args and (arguments or name != _OF_CALLERS):
                yield from write_templates(node.args[0])
            if name == "out_option":
                yield from write_templates(node.args[0])
            # Why a row of a table does not count: commands print it, and workbooks list it.
            if name in _DROPPING and len(node.args) > _DROPPING[name]:
                reason = node.args[_DROPPING[name]]
                told = reason.body if isinstance(reason, ast.Lambda) else reason
                yield from write_templates(told)
            for keyword in node.keywords:
                if keyword.arg in _HELP:
                    yield from write_templates(keyword.value)


def write_templates(node: ast.AST) -> list[str]:
    """Write what an expression makes as sentences with places; one for each way of a choice."""
    texts = []
    for pieces in _pieces_of(node):
        joined: list[str | None] = []
        for piece in pieces:
            if joined and piece is None and joined[-1] is None:
                continue  # values side by side are one
            if joined and piece is not None and joined[-1] is not None:
                joined[-1] += piece
            else:
                joined.append(piece)
        if any(piece for piece in joined):
            texts.append(_number_places(joined))
    return texts


def _number_places(pieces: list[str | None]) -> str:
    text, place = "", 0
    for piece in pieces:
        if piece is None:
            text += f"{{{place}}}"
            place += 1
        else:
            text += piece.replace("{", "{{").replace("}", "}}")
    return text


def _pieces_of(node: ast.AST) -> list[list[str | None]]:
    """Return the ways to write an expression: words, and None for each value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [[node.value]]
    if isinstance(node, ast.JoinedStr):
        return [[v.value if isinstance(v, ast.Constant) else None for v in node.values]]  # type: ignore[misc]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [a + b for a in _pieces_of(node.left) for b in _pieces_of(node.right)]
    if isinstance(node, ast.IfExp):
        return _pieces_of(node.body) + _pieces_of(node.orelse)
    return [[None]]
