"""Where `make run` puts the simulated portal."""

import socket
from pathlib import Path

import pytest

from praxis import demo_etermin, demo_portal, demo_publisher, engines


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Apart from a `make run` beside the tests.
    monkeypatch.setattr(demo_portal, "FIRST_PORT", 18_301)
    monkeypatch.setattr(demo_portal, "FIRST_OLD_PORT", 18_401)
    return tmp_path


def prepared(data_dir: Path) -> dict[str, str]:
    env = {"DEMO": "1"}
    demo_portal.prepare(data_dir, env, data_dir)
    return env


def test_port_and_key_stay_from_start_to_start(data_dir: Path) -> None:
    first = prepared(data_dir)

    assert prepared(data_dir) == first
    assert first["BETTY24_DEMO_URL"].startswith("http://127.0.0.1:")
    assert len(first["BETTY24_DEMO_KEY"]) == demo_portal.KEY_LENGTH


def test_a_taken_port_is_left_to_its_owner_and_the_new_one_stays(data_dir: Path) -> None:
    first = prepared(data_dir)
    port = int(first["BETTY24_DEMO_URL"].rpartition(":")[2])

    with socket.create_server(("127.0.0.1", port)):
        second = prepared(data_dir)

    assert second["BETTY24_DEMO_URL"] != first["BETTY24_DEMO_URL"]
    assert second["BETTY24_DEMO_KEY"] == first["BETTY24_DEMO_KEY"]
    assert prepared(data_dir) == second


def test_the_program_is_told_what_the_services_are_told(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # One secret in sixty-four begins like an option.
    monkeypatch.setattr(demo_portal.engines, "local_secret", lambda *_args: "-" * demo_portal.KEY_LENGTH)
    env: dict[str, str] = {}

    program = demo_portal.prepare(data_dir, env, data_dir)

    port = program.command[program.command.index("--port") + 1]
    assert env["BETTY24_DEMO_URL"] == f"http://127.0.0.1:{port}"
    assert f"--key={env['BETTY24_DEMO_KEY']}" in program.command


def test_the_old_video_service_keeps_its_port_and_knows_what_is_gone(data_dir: Path) -> None:
    first: dict[str, str] = {}
    second: dict[str, str] = {}

    program = demo_portal.prepare_old_service(data_dir, first, data_dir)
    demo_portal.prepare_old_service(data_dir, second, data_dir)

    assert first == second
    assert program.command[-1] == demo_portal.GONE_ACCOUNT


def test_etermin_knows_where_to_push_and_stays_where_it_was(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_etermin, "FIRST_PORT", 18_321)
    first: dict[str, str] = {}
    program = demo_etermin.prepare(data_dir, first, data_dir, web_port=8000)
    second: dict[str, str] = {}
    demo_etermin.prepare(data_dir, second, data_dir, web_port=8000)

    assert first == second
    assert f"http://127.0.0.1:8000/hooks/etermin/{first['ETERMIN_DEMO_ID']}" in program.command
    assert f"--push-secret={first['ETERMIN_DEMO_SECRET']}" in program.command


def test_the_publisher_is_known_to_commands_beside_it_too(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_publisher, "FIRST_PORT", 18_341)
    engines.publish_addresses(data_dir, {"redis_url": "redis://nowhere"})
    env: dict[str, str] = {}

    program = demo_publisher.prepare(data_dir, env, data_dir)

    known = engines.addresses(data_dir)
    assert known["redis_url"] == "redis://nowhere"
    assert (known["downloads_url"], known["downloads_root"]) == (env["DOWNLOADS_URL"], env["DOWNLOADS_ROOT"])
    assert env["DOWNLOADS_URL"].endswith(f":{program.command[program.command.index('--port') + 1]}")
