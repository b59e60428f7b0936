"""What goes wrong when a server is asked: in words for the user, and whether asking again helps."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from planner.errors import on_one_line

if TYPE_CHECKING:
    from requests import Response

#: A question is put at most so many times.
ATTEMPTS: Final = 6
#: One that cannot be reached, or is silent, at most so many times: waiting seldom helps.
FEW_ATTEMPTS: Final = 2
#: A server that was asked too often (429) is given so many pauses: with the usual pause 30 s, which
#: is what public Overpass servers ask for.
_TOO_OFTEN: Final = 429
_PAUSES_WHEN_TOO_OFTEN: Final = 6
#: What an Overpass server says of a question that it cannot read, on the page it answers with.
_ERROR_TEXT: Final = re.compile(r"Error</strong>:\s*(.*?)\s*</p>", re.DOTALL)
_MOST_WORDS: Final = 1 << 14
#: Answers of a server that may answer better later.
_BUSY: Final = frozenset({408, 429, 500, 502, 503, 504})


class UnfinishedError(Exception):
    """An answer that may be better the next time, in words for the user.

    pause_s : what the server asks for; pauses : so many times the usual pause is waited.
    attempts : so often at most the question is put.
    """

    def __init__(
        self,
        words: str,
        *,
        pause_s: float | None = None,
        pauses: int = 1,
        attempts: int = ATTEMPTS,
    ) -> None:
        super().__init__(words)
        self.pause_s = pause_s
        self.pauses = pauses
        self.attempts = attempts


class RefusedError(Exception):
    """An answer that will not become better, in words for the user."""


def check_status(answer: Response) -> None:
    """Refuse an answer that is none."""
    status = answer.status_code
    if status in (200, 206, 416):
        return
    words = f"answers {status} {on_one_line(answer.reason or '', 40)}".strip()
    if status == 400:
        words += _read_words(answer)
    answer.close()
    if status in _BUSY:
        raise UnfinishedError(
            words,
            pause_s=_read_pause(answer.headers.get("Retry-After", "")),
            pauses=_PAUSES_WHEN_TOO_OFTEN if status == _TOO_OFTEN else 1,
        )
    raise RefusedError(words)


def _read_words(answer: Response) -> str:
    """Return what an Overpass server says is wrong with a question, in brackets; "" if nothing."""
    from urllib3.exceptions import HTTPError

    page = b""
    with suppress(HTTPError):  # the words are a help; without them the status has to do
        page = answer.raw.read1(_MOST_WORDS, decode_content=True)
    found = _ERROR_TEXT.search(page.decode("utf-8", "replace"))
    return f" ({on_one_line(found[1], 200)})" if found else ""


def _read_pause(text: str) -> float | None:
    """Read Retry-After: seconds, or a time."""
    if text.strip().isdecimal():
        return float(text[:9])
    try:
        asked = parsedate_to_datetime(text)
        return max(0.0, (asked - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def is_of_proxy(error: Exception) -> bool:
    """Tell whether the address of a proxy is none, or of a kind that is not spoken."""
    from requests.exceptions import InvalidProxyURL, InvalidSchema
    from urllib3.exceptions import ProxySchemeUnknown

    no_socks = isinstance(error, InvalidSchema) and "SOCKS" in str(error)
    return no_socks or isinstance(error, InvalidProxyURL | ProxySchemeUnknown)


def explain_failure(error: Exception) -> UnfinishedError:
    """Say in few words what happened on the way."""
    from requests import exceptions
    from urllib3.exceptions import ReadTimeoutError

    if isinstance(error, exceptions.Timeout | ReadTimeoutError):
        return UnfinishedError("no answer in time", attempts=FEW_ATTEMPTS)
    if isinstance(error, exceptions.SSLError):
        return UnfinishedError("its certificate cannot be trusted", attempts=1)
    if isinstance(error, exceptions.ProxyError):
        return UnfinishedError("the proxy of this machine does not answer", attempts=FEW_ATTEMPTS)
    if isinstance(error, exceptions.ConnectionError) and not _was_begun(error):
        return UnfinishedError("cannot be reached", attempts=FEW_ATTEMPTS)
    return UnfinishedError("broke off in the middle of its answer")


def _was_begun(error: Exception) -> bool:
    """Tell whether a server took the question and then hung up."""
    from urllib3.exceptions import ProtocolError

    return any(isinstance(part, ProtocolError) for part in error.args)
