"""When a thread is given to a request: not before it is whole, whatever its pieces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liaison.web_worker import MOST_GATHERED, MOST_HEAD, is_ready

GET = b"GET / HTTP/1.1\r\nHost: portal\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: portal\r\nContent-Length: 5\r\n\r\n"


@pytest.mark.parametrize(
    ("gathered", "ready"),
    [
        (b"", False),
        (GET, True),
        (GET + b"GET /next", True),
        (POST, False),
        (POST + b"word", False),
        (POST + b"words", True),
        (POST.replace(b"Length: 5", b"LENGTH:5 "), False),
        # Gathered nowhere: too large, in chunks, or of a sender who waits to be asked for it.
        (POST.replace(b"5", b"%d" % (MOST_GATHERED + 1)), True),
        (GET[:-2] + b"Transfer-Encoding: chunked\r\n\r\n", True),
        (POST[:-2] + b"Expect: 100-continue\r\n\r\n", True),
        # What is no request is refused by whoever reads it.
        (b"x" * MOST_HEAD, False),
        (b"x" * (MOST_HEAD + 1), True),
        (GET[:-2] + b"Content-Length: many\r\n\r\n", True),
    ],
)
def test_when_a_thread_may_take_it(gathered: bytes, ready: bool) -> None:
    assert is_ready(gathered) is ready


@settings(max_examples=30)
@given(body=st.binary(max_size=40), cut=st.integers(0, 120))
def test_no_piece_of_a_request_is_whole(body: bytes, cut: int) -> None:
    whole = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    assert is_ready(whole)
    assert not is_ready(whole[: min(cut, len(whole) - 1)])
