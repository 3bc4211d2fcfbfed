"""Streams are guarded like calls: no inside addresses, no redirects, no silence without end, one error type."""

from typing import Any

import pytest
from django.db import transaction

from praxis.core import http
from praxis.core.exceptions import OutsideError
from praxis.core.http import stream
from tests.core import outside_server as outside
from tests.core.outside_server import answering, serving


def received(url: str, **options: Any) -> bytes:
    with stream(url, timeout=2, headers={}, allow_private=True, **options) as flow:
        return b"".join(flow.chunks)


def test_it_hands_over_what_arrives_with_status_and_headers() -> None:
    with (
        serving(answering(206, b"part", Content_Range="bytes 3-6/7")) as server,
        stream(server.url, timeout=2, headers={"Range": "bytes=3-"}, allow_private=True) as flow,
    ):
        assert (flow.status, flow.headers["content-range"]) == (206, "bytes 3-6/7")
        assert b"".join(flow.chunks) == b"part"
    [sent] = server.requests
    assert b"Range: bytes=3-" in sent
    # Packed bytes could not be gone on with.
    assert b"Accept-Encoding: identity" in sent


@pytest.mark.parametrize("behaviour", [answering(404), answering(500), answering(302, Location="/other")])
def test_another_status_is_an_outside_error(behaviour: outside.Behaviour) -> None:
    with serving(behaviour) as server, pytest.raises(OutsideError) as refused:
        received(server.url)
    assert refused.value.status in (302, 404, 500)


@pytest.mark.parametrize("behaviour", [outside.half_an_answer, outside.resetting, outside.garbage, outside.hanging])
def test_an_end_in_the_middle_is_an_outside_error(behaviour: outside.Behaviour) -> None:
    with serving(behaviour) as server, pytest.raises(OutsideError) as broken:
        received(server.url)
    assert not broken.value.permanent
    assert "patient=" not in broken.value.message


def test_an_inside_address_is_not_asked() -> None:
    with (
        serving(answering(200)) as server,
        pytest.raises(OutsideError, match="eigenen Netz"),
        stream(server.url, timeout=2, headers={}),
    ):
        pass
    assert server.requests == []


def test_an_address_that_does_not_answer_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has a name of the new internet and no way into it."""
    with serving(answering(200, b"whole")) as server:
        monkeypatch.setattr(http, "public_addresses", lambda _host: ["127.0.0.2", "127.0.0.1"])
        url = server.url.replace("127.0.0.1", "packs.example")
        with stream(url, timeout=2, headers={}) as flow:
            assert b"".join(flow.chunks) == b"whole"


@pytest.mark.django_db
def test_it_is_never_begun_inside_a_transaction() -> None:
    with (
        transaction.atomic(),
        pytest.raises(RuntimeError, match="commit first"),
        stream("https://praxis.example/", timeout=2, headers={}),
    ):
        pass
