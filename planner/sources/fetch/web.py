"""Asks a server on the internet: with patience, and with limits on time, size and where it leads.

osmnx asks Nominatim and Overpass too, but puts the same question for ever to a server that is busy,
holds whole answers in memory, and reads Overpass's JSON, where our reader reads its XML.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

from planner.errors import SourceError, on_one_line
from planner.sources.fetch.failures import (
    ATTEMPTS,
    FEW_ATTEMPTS,
    RefusedError,
    UnfinishedError,
    check_status,
    explain_failure,
    is_of_proxy,
)
from planner.sources.folders import cannot_write
from planner.sources.versions import program_version

if TYPE_CHECKING:
    from requests import Response

#: A server that asks for a longer pause than this, seconds, is not waited for.
MAX_PAUSE_S: Final = 300.0
_MAX_REDIRECTS: Final = 5
_CHUNK_BYTES: Final = 1 << 16
#: A server that sends fewer bytes a second is not waited for, once it had its time to begin.
_LEAST_BYTES_PER_S: Final = 500.0
_MAX_CONNECT_S: Final = 30.0


@dataclass(frozen=True)
class Patience:
    """How long a server may stay silent, and the pause before it is asked again, both seconds."""

    timeout_s: float = 180.0
    pause_s: float = 5.0


@dataclass(frozen=True)
class WebQuestion:
    """What a server is asked, and how much it may answer.

    advice : what to do when it does not answer.
    """

    address: str
    most_bytes: int
    advice: str
    parameters: Mapping[str, str] | None = None
    form: Mapping[str, str] | None = None


def ask(
    question: WebQuestion,
    path: Path,
    patience: Patience,
    *,
    check: Callable[[Path], None] = lambda _path: None,
    resume: bool = False,
    told: Callable[[float], None] = lambda _share: None,
) -> None:
    """Put a question to a server and write its answer into a file.

    A server that is busy or breaks off is asked again after a pause, which doubles each time; what
    it says itself of the pause comes first.

    Parameters
    ----------
    question, patience
        Whom, what and how.
    path
        Of the file; it is written anew.
    check
        Looks at a whole answer; it raises UnfinishedError if asking again may help, else
        RefusedError.
    resume
        Goes on where the file ends, if the server can; what is there is the begin of this answer.
    told
        Called with the share of the answer that has come, 0 to 1, if the server says how long it
        is.

    Raises
    ------
    SourceError
        If there is no answer, or none that passes the check; one line.
    """
    last = ""
    for attempt in range(ATTEMPTS):
        try:
            _ask_once(question, path, patience, resume=resume and path.exists(), told=told)
            check(path)
        except RefusedError as refusal:
            raise SourceError(f"{_show(question)}: {refusal}; {question.advice}") from None
        except UnfinishedError as failure:
            last = str(failure)
            pause_s = patience.pause_s * failure.pauses * 2**attempt
            if failure.pause_s is not None:
                pause_s = max(pause_s, failure.pause_s)
                if failure.pause_s > MAX_PAUSE_S:
                    last += f" and asks for {failure.pause_s:,.0f} s of patience"
                    raise SourceError(f"{_show(question)}: {last}; {question.advice}") from None
            if attempt + 1 >= failure.attempts:
                break
            sleep(min(pause_s, MAX_PAUSE_S))
        else:
            return
    often = f", {attempt + 1} times" if attempt else ""
    raise SourceError(f"{_show(question)}: {last}{often}; {question.advice}")


def ask_once(question: WebQuestion, path: Path, patience: Patience) -> bool:
    """Put a question that a server need not answer; tell whether it did."""
    try:
        _ask_once(question, path, patience, resume=False, told=lambda _share: None)
    except (RefusedError, UnfinishedError):
        return False
    return True


def _show(question: WebQuestion) -> str:
    """Show an address without a password that may stand in it."""
    scheme, _, rest = question.address.partition("://")
    host, slash, path = rest.partition("/")
    return on_one_line(f"{scheme}://{host.rpartition('@')[2]}{slash}{path}", 120)


def _ask_once(
    question: WebQuestion,
    path: Path,
    patience: Patience,
    *,
    resume: bool,
    told: Callable[[float], None],
) -> None:
    """Ask, follow where the server leads, and write what it says."""
    from requests.exceptions import RequestException
    from urllib3.exceptions import HTTPError

    begun = path.stat().st_size if resume else 0
    try:
        with closing(_open(question, patience, begun, _read_mark(path))) as answer:
            if answer.status_code == 416:  # nothing is left to send, or it is another file now
                if _total_bytes(answer, begun) == begun:
                    return
                path.unlink()
                raise UnfinishedError("the file has changed meanwhile")
            if answer.status_code != 206:
                begun = 0
            elif not answer.headers.get("Content-Range", "").startswith(f"bytes {begun}-"):
                raise RefusedError("sends another part of the file than it was asked for")
            _mark_path(path).write_text(_find_mark(answer), encoding="utf-8")
            with path.open("ab" if begun else "wb") as file:
                _receive(answer, file, question, patience, begun, told)
    except (RequestException, HTTPError) as error:
        raise explain_failure(error) from None
    except OSError as error:  # not of the network: those are the former
        raise cannot_write(path.parent, error) from None
    finally:
        if not resume:
            _mark_path(path).unlink(missing_ok=True)


def _mark_path(path: Path) -> Path:
    """Return where it is noted of which version of a file this is the begin."""
    return path.with_name(f"{path.name}.mark")


def _read_mark(path: Path) -> str:
    try:
        return on_one_line(_mark_path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""


def _find_mark(answer: Response) -> str:
    """Return by what the server tells versions of a file apart; a weak ETag does not."""
    tag = answer.headers.get("ETag", "")
    return tag if tag.startswith('"') else answer.headers.get("Last-Modified", "")


def _open(question: WebQuestion, patience: Patience, begun: int, mark: str) -> Response:
    """Send the question; return the answer's begin once the server has found the way there."""
    query = urlencode(question.parameters or {})
    address = f"{question.address}?{query}" if query else question.address
    for _ in range(_MAX_REDIRECTS + 1):
        if not is_web_address(address):
            raise RefusedError(f"leads to {on_one_line(address, 80)}, which is no http address")
        answer = _send(address, question, patience, begun, mark)
        if not answer.is_redirect:
            check_status(answer)
            return answer
        answer.close()
        address = urljoin(address, answer.headers["location"])
    raise RefusedError(f"leads on and on, more than {_MAX_REDIRECTS} times")


def is_web_address(address: str) -> bool:
    """Tell whether an address begins with http or https and names a server."""
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # brackets that do not close
        return False


def _send(
    address: str, question: WebQuestion, patience: Patience, begun: int, mark: str
) -> Response:
    """Send the question to one address.

    A thread of its own waits for the answer: a server that sends its headers byte by byte never
    lets a timeout pass.
    """
    import requests

    headers = {"User-Agent": f"service-circle-planner/{program_version()}"}
    if begun:
        # What is packed on the way cannot be continued at a byte.
        headers |= {"Range": f"bytes={begun}-", "Accept-Encoding": "identity"}
        if mark:
            headers["If-Range"] = mark
    found: dict[str, Any] = {}

    def send() -> None:
        """Send the question; what goes wrong is raised again where somebody waits for it."""
        try:
            found["answer"] = requests.request(
                "GET" if question.form is None else "POST",
                address,
                data=question.form,
                headers=headers,
                timeout=(min(patience.timeout_s, _MAX_CONNECT_S), patience.timeout_s),
                allow_redirects=False,
                stream=True,
                auth=_ask_openly,
            )
        except Exception as error:  # handed to the thread that waits
            found["error"] = error

    waiting = threading.Thread(target=send, daemon=True)
    waiting.start()
    waiting.join(patience.timeout_s + _MAX_CONNECT_S)
    if waiting.is_alive():
        raise UnfinishedError("no answer in time", attempts=FEW_ATTEMPTS)
    if "error" in found:
        error = found["error"]
        if is_of_proxy(error):
            raise RefusedError(
                "the proxy that this machine names (HTTP_PROXY, ALL_PROXY) cannot be used"
            ) from None
        if isinstance(error, requests.exceptions.InvalidURL | ValueError):
            raise RefusedError("leads to what is no address") from None
        raise error
    answer: Response = found["answer"]
    return answer


def _ask_openly(request: Any) -> Any:
    """Send no password: requests would take one out of the user's .netrc."""
    return request


def _total_bytes(answer: Response, begun: int) -> int:
    """Return how long the whole answer is, 0 where the server does not say so."""
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        return 0
    span = answer.headers.get("Content-Range", "").rpartition("/")[2]
    if answer.status_code in (206, 416):
        return int(span) if span.isdecimal() else 0
    length = answer.headers.get("Content-Length", "")
    return int(length) + begun if length.isdecimal() else 0


def _receive(
    answer: Response,
    file: IO[bytes],
    question: WebQuestion,
    patience: Patience,
    begun: int,
    told: Callable[[float], None],
) -> None:
    """Write what comes, as long as it comes."""
    total, n_bytes = _total_bytes(answer, begun), begun
    free = shutil.disk_usage(Path(file.name).parent).free
    if total - begun > free:
        raise RefusedError(
            f"sends {total / 1e6:,.0f} MB, where the disk has room for {free / 1e6:,.0f} MB"
        )
    start = monotonic()
    while True:
        if max(n_bytes, total) > question.most_bytes:
            raise RefusedError(
                f"sends more than the {question.most_bytes / 1e6:,.0f} MB that are read"
            )
        # One piece as it comes: waiting for a whole one, a trickle would never be noticed.
        chunk = answer.raw.read1(_CHUNK_BYTES, decode_content=True)
        if not chunk:
            break
        file.write(chunk)
        n_bytes += len(chunk)
        seconds = monotonic() - start
        if seconds > patience.timeout_s and (n_bytes - begun) / seconds < _LEAST_BYTES_PER_S:
            raise UnfinishedError(f"sends only {(n_bytes - begun) / seconds:,.0f} bytes a second")
        if total:
            told(min(n_bytes / total, 1.0))
    if total and n_bytes != total:
        raise UnfinishedError(f"broke off after {n_bytes:,} of {total:,} bytes")
