"""Asking a server that is slow, busy, cut short, or talks nonsense: patience, and one line."""

import pytest

from planner.errors import SourceError
from planner.sources.fetch import web
from planner.sources.fetch.web import Patience, UnfinishedError, WebQuestion, ask, ask_once
from tests.cities.map_server import breaks_off, is_silent, says, trickles
from tests.sources.fetch.conftest import HASTY, SOON

ADVICE = "do this"
FILE = bytes(range(256)) * 400


@pytest.fixture
def waited(monkeypatch):
    """Note how long is waited, without waiting."""
    pauses = []
    monkeypatch.setattr(web, "sleep", pauses.append)
    return pauses


@pytest.fixture
def asked(server, tmp_path):
    """Ask the server for a file; return what came."""
    server.files["/file"] = FILE

    def put(patience=SOON, path="/file", **options):
        question = WebQuestion(server.address + path, options.pop("most_bytes", 10**6), ADVICE)
        ask(question, tmp_path / "answer", patience, **options)
        return (tmp_path / "answer").read_bytes()

    return put


def test_an_answer_is_written_as_it_comes(asked, server):
    assert asked() == FILE
    assert server.asked == ["/file"]


def test_a_busy_server_is_asked_again_after_longer_and_longer(asked, server, waited):
    """429, 504 and a connection that breaks: the fourth time it works.

    After 429 six pauses of 2 s are waited, which is what public servers ask for at 5 s.
    """
    server.faults = [says(429), says(504), breaks_off()]
    assert asked(Patience(5.0, 2.0)) == FILE
    assert waited == [12.0, 4.0, 8.0]


def test_what_the_server_asks_for_comes_first(asked, server, waited):
    server.faults = [says(429, Retry_After="17")]
    assert asked(Patience(5.0, 2.0)) == FILE
    assert waited == [17.0]


@pytest.mark.parametrize("said", ["Sun, 06 Nov 1994 08:49:37 GMT", "soon", "", "-5", "1e9"])
def test_a_pause_that_is_over_or_none_changes_nothing(asked, server, waited, said):
    server.faults = [says(429, Retry_After=said)]
    assert asked(Patience(5.0, 2.0)) == FILE
    assert waited == [12.0]


def test_nobody_waits_for_an_hour(asked, server, waited):
    server.faults = [says(429, Retry_After="3600")]
    with pytest.raises(SourceError, match=r"answers 429 .* and asks for 3,600 s of patience; do "):
        asked()
    assert waited == []


@pytest.mark.parametrize(
    ("fault", "what", "times"),
    [
        (says(429), "answers 429 Too Many Requests, 6 times", 6),
        (says(504), "answers 504 Gateway Timeout, 6 times", 6),
        (says(400), "answers 400 Bad Request", 1),
        (says(400, b"<p><strong>Error</strong>: line 1: <b>parse error </p>"),
         "answers 400 Bad Request (line 1: <b>parse error)", 1),
        (says(404), "answers 404 Not Found", 1),
        (breaks_off(), "broke off in the middle of its answer, 6 times", 6),
        (says(302, Location="file:///etc/passwd"),
         "leads to file:///etc/passwd, which is no http address", 1),
        (says(302, Location="ftp://127.0.0.1/x"), "leads to ftp://127.0.0.1/x, which is no", 1),
        (says(301, Location="http://[::1"), "leads to what is no address", 1),
        (says(302, Location="/file"), "leads on and on, more than 5 times", 6),
        (says(304), "answers 304 Not Modified", 1),
        (says(206, b"x", Content_Range="bytes 5-5/9"), "sends another part of the file", 1),
    ],
)  # fmt: skip
def test_what_never_works_is_told_in_one_line(asked, server, waited, fault, what, times):
    server.always = fault
    with pytest.raises(SourceError) as told:
        asked()
    assert str(told.value).startswith(f"{server.address}/file: {what}")
    assert str(told.value).endswith("; do this")
    assert len(server.asked) == times
    assert len(waited) in (times - 1, 0)


def test_a_redirect_to_another_address_is_followed(asked, server):
    server.faults = [says(302, Location="/file")]
    assert asked(path="/elsewhere") == FILE


@pytest.mark.parametrize(
    ("fault", "what"),
    [(is_silent(), "no answer in time, 2 times"), (trickles(), "sends only ")],
)
def test_a_server_that_never_ends_is_left(asked, server, waited, fault, what):
    """Silent, or a byte now and then."""
    server.always = fault
    with pytest.raises(SourceError, match=what):
        asked(HASTY)
    assert len(waited) in (1, 5)


def test_nobody_there(waited, tmp_path):
    question = WebQuestion("http://127.0.0.1:9/file", 10, ADVICE)
    with pytest.raises(SourceError, match=r"^http://127.0.0.1:9/file: cannot be reached, 2 times"):
        ask(question, tmp_path / "answer", SOON)
    assert waited == [0.0]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://", "ftp://a/b", "http://[::1"])
def test_what_is_no_address_is_not_asked(address, tmp_path):
    with pytest.raises(SourceError, match=r"no (http )?address"):
        ask(WebQuestion(address, 10, ADVICE), tmp_path / "answer", SOON)


def test_too_much_is_refused_by_what_is_said_and_by_what_comes(asked, server):
    for fault in (None, says(200, FILE, Transfer_Encoding="identity")):
        server.always = fault
        with pytest.raises(SourceError, match="sends more than the 0 MB that are read"):
            asked(most_bytes=1000)


def test_an_answer_that_fails_its_check_is_asked_for_again(asked, server):
    seen = []

    def check(path):
        seen.append(path.read_bytes())
        if len(seen) == 1:
            raise UnfinishedError("nonsense")

    server.faults = [says(200, b"nonsense")]
    assert asked(check=check) == FILE
    assert seen == [b"nonsense", FILE]


def test_a_download_that_broke_off_goes_on(asked, server):
    server.faults = [breaks_off(0.25)]
    assert asked(resume=True) == FILE
    assert server.ranges == [f"bytes={len(FILE) // 4}-"]
    # All is there: the server has nothing to add.
    assert asked(resume=True) == FILE


def test_a_server_that_cannot_go_on_begins_anew(asked, server):
    server.resumes = False
    server.faults = [breaks_off(0.25)]
    assert asked(resume=True) == FILE


def test_a_part_of_another_place_is_refused(asked, server):
    server.faults = [breaks_off(0.5), says(206, b"x", Content_Range="bytes 3-3/9")]
    with pytest.raises(SourceError, match="sends another part of the file"):
        asked(resume=True)


def test_a_file_that_became_shorter_is_fetched_anew(asked, tmp_path):
    (tmp_path / "answer").write_bytes(b"x" * (len(FILE) + 5))
    assert asked(resume=True) == FILE


def test_a_question_that_may_stay_open(server, tmp_path):
    server.files["/file"] = FILE
    assert ask_once(WebQuestion(f"{server.address}/file", 10**6, ""), tmp_path / "a", SOON)
    assert not ask_once(WebQuestion(f"{server.address}/none", 10**6, ""), tmp_path / "a", SOON)


def test_no_password_is_shown_or_sent(server, tmp_path, monkeypatch):
    """Neither of the address nor of the user's .netrc."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    sent = []

    def look(handler):
        sent.append(handler.headers.get("Authorization"))
        return False

    server.always = look
    address = server.address.replace("http://", "http://me:secret@")
    with pytest.raises(SourceError) as told:
        ask(WebQuestion(f"{address}/none", 10, ADVICE), tmp_path / "answer", SOON)
    assert "secret" not in str(told.value)
    assert sent == [None]


@pytest.mark.parametrize("proxy", ["nonsense://", "socks5://127.0.0.1:9"])
def test_a_proxy_that_is_none_is_told(asked, monkeypatch, proxy):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", proxy)
    with pytest.raises(SourceError, match=r"the proxy that this machine names \(HTTP_PROXY"):
        asked()
