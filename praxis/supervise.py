"""`make run`: the engines, web, worker, beat and demo portal of one machine, until Ctrl-C.

Order of a start: engines, then migrations, static files and demo practice (praxis.prepare), then the services. When
nothing changed since the last start, the page comes first and the preparation is looked through after it.
"""

import fcntl
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from praxis import demo_etermin, demo_portal, demo_publisher, embedded, engines, fingerprints
from praxis.processes import MARK, Program, Running, end_group, end_with_parent, launch, left_over, stop, stop_left_over

HOME = Path(__file__).resolve().parent.parent
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SERVICES_STOP_SECONDS = 10
STEADY_SECONDS = 60
LONGEST_PAUSE_SECONDS = 30
GLANCE_SECONDS = 0.1

WELCOME = """
  Praxis läuft auf {address}  (Start {seconds:.1f} s, beenden mit Strg-C)
"""
SIGN_INS = """
  Demo-Anmeldungen, Kennwort praxis-demo:
    Praxis demo      empfang@demo.example  aerztin@demo.example  admin@demo.example
    Praxis nachbar   empfang@nachbar.example
    Patientin        patientin@demo.example
"""
PORTAL = """
  betty24-Demo-Portal: {BETTY24_DEMO_URL}/  Schlüssel {BETTY24_DEMO_KEY}
  eTermin-Simulator: {ETERMIN_DEMO_URL}/
  Download-Herausgeber: {DOWNLOADS_URL}/  (neue Version: manage.py downloads_demo --new-version)
"""


class CannotRun(Exception):
    """The message tells the person at the terminal what to do."""


class StopAsked(Exception):
    pass


def say(text: str) -> None:
    print(text, flush=True)


@dataclass
class House:
    """What runs at the moment, and what shall be started again when it dies."""

    env: dict[str, str]
    running: list[Running] = field(default_factory=list)
    pauses: dict[str, float] = field(default_factory=dict)
    due: list[tuple[float, Program]] = field(default_factory=list)
    stop_asked: bool = False

    def start(self, program: Program) -> Running:
        one = launch(program, self.env)
        self.running.append(one)
        return one

    def wait_until(self, reached: Callable[[], bool]) -> None:
        """Keep everything alive until `reached`; raises StopAsked when the person wants to leave first."""
        while not reached():
            if self.stop_asked:
                raise StopAsked
            self._revive_the_dead()
            time.sleep(GLANCE_SECONDS)

    def run_once(self, program: Program) -> None:
        """Run to its end; raises CannotRun when it fails."""
        one = launch(program, self.env)
        try:
            self.wait_until(lambda: one.has_ended)
        finally:
            stop([one], timeout=SERVICES_STOP_SECONDS)
        if one.process.returncode:
            raise CannotRun(f"{program.name} ist gescheitert, siehe oben.")

    def _revive_the_dead(self) -> None:
        now = time.monotonic()
        for one in [one for one in self.running if one.has_ended]:
            end_group(one)
            self.running.remove(one)
            name = one.program.name
            steady = now - one.started_at > STEADY_SECONDS
            self.pauses[name] = 0.5 if steady else min(LONGEST_PAUSE_SECONDS, 2 * self.pauses.get(name, 0.25))
            say(f"{name} ist beendet (Code {one.process.returncode}), Neustart in {self.pauses[name]:g} s.")
            self.due.append((now + self.pauses[name], one.program))
        for entry in [entry for entry in self.due if entry[0] <= now]:
            self.due.remove(entry)
            self.start(entry[1])


def main() -> None:
    data_dir = Path(os.environ.get("DATA_DIR") or HOME / ".data").resolve()
    env = os.environ | {"DATA_DIR": str(data_dir), "DEMO": os.environ.get("DEMO") or "1", MARK: str(data_dir)}
    house = House(env)
    for number in STOP_SIGNALS:
        signal.signal(number, lambda *_: setattr(house, "stop_asked", True))
    if "MAKELEVEL" in os.environ:
        end_with_parent(signal.SIGTERM)
    try:
        run(house, data_dir, os.environ.get("HOST") or "127.0.0.1", wanted_port())
    except (CannotRun, embedded.EngineDidNotStart) as error:
        sys.exit(f"\n{error}")
    except StopAsked:
        pass


def wanted_port() -> int:
    word = os.environ.get("PORT") or "8000"
    if not word.isdecimal() or not 0 < int(word) < 65536:
        raise CannotRun(f"PORT={word} ist kein Port. Etwa so: PORT=8001 make run")
    return int(word)


def run(house: House, data_dir: Path, host: str, port: int) -> None:
    began_at = time.monotonic()
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"`make run` läuft schon mit {data_dir}. Ein zweites braucht DATA_DIR und PORT.") from None
        if forgotten := left_over(data_dir):
            say(f"Beende {len(forgotten)} Prozesse eines früheren Laufs.")
            stop_left_over(forgotten, timeout=SERVICES_STOP_SECONDS)
        refuse_taken_port(host, port)
        try:
            start_engines(house, data_dir)
            run_services(house, data_dir, host, port, began_at=began_at)
        finally:
            say("Beende …")
            house_engines = [one for one in house.running if one.program.log]
            stop([one for one in house.running if not one.program.log], timeout=SERVICES_STOP_SECONDS)
            engines.withdraw_addresses(data_dir)
            stop(house_engines, timeout=embedded.STOP_TIMEOUT_SECONDS)


def refuse_taken_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotRun(f"{host}:{port} ist nicht frei ({error.strerror}). Etwa so: PORT=8001 make run") from None


def start_engines(house: House, data_dir: Path) -> None:
    wanted = [name for name in embedded.ADDRESS_NAMES if not house.env.get(name.upper())]
    prepared = embedded.prepare_engines(data_dir, durable=True, wanted=wanted)
    started = [house.start(engine.program) for engine in prepared]
    for engine, one in zip(prepared, started, strict=True):
        engine.wait_until_it_answers(one)
    # The services read the addresses where every other command does: DATABASE_URL stays the word for a real server.
    embedded.announce(data_dir, prepared)


def run_services(house: House, data_dir: Path, host: str, port: int, *, began_at: float) -> None:
    is_demo = house.env["DEMO"] != "0"
    prepares = (demo_portal.prepare, demo_portal.prepare_old_service, demo_publisher.prepare) if is_demo else ()
    portal = [prepare(data_dir, house.env, HOME) for prepare in prepares]
    portal += [demo_etermin.prepare(data_dir, house.env, HOME, web_port=port)] if is_demo else []
    web, worker, beat, preparation = programs(house.env, host, port)
    code = fingerprints.of_code(data_dir, os.environ.get("DATABASE_URL"))
    house.env["PRAXIS_CODE_PRINT"] = code
    known = fingerprints.remembered(data_dir)
    is_prepared = known.get("code") == code and known.get("static") == fingerprints.of_static_files()
    if not is_prepared:
        say("Bereite Datenbank, statische Dateien und Demo-Praxis vor …")
        start_all(house, portal)
        house.run_once(preparation)
    house.start(web)
    house.wait_until(lambda: answers(host, port))
    say(WELCOME.format(address=address_of(host, port), seconds=time.monotonic() - began_at))
    if is_demo:
        say(SIGN_INS.rstrip("\n") + PORTAL.format_map(house.env))
    if is_prepared:
        start_all(house, portal)
        house.run_once(preparation)
    house.start(worker)
    house.start(beat)
    house.wait_until(lambda: False)


def start_all(house: House, wanted: list[Program]) -> None:
    for program in wanted:
        house.start(program)


def programs(env: dict[str, str], host: str, port: int) -> list[Program]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--quiet", "-A", "praxis.celery"]
    web = [*python, "uvicorn", "praxis.asgi:application", "--host", host, "--port", str(port)]
    web += ["--workers", env.get("WEB_WORKERS") or "2", "--ws", "none", "--lifespan", "off"]
    web += ["--log-level", "warning", "--no-access-log", "--timeout-graceful-shutdown", "3"]
    worker = [*celery, "worker", "--pool", "threads", "--concurrency", env.get("WORKER_THREADS") or "4"]
    return [
        Program("Web", web, HOME),
        Program("Worker", [*worker, "--loglevel", "warning", "--without-gossip", "--without-mingle"], HOME),
        Program("Beat", [*celery, "beat", "--loglevel", "warning"], HOME),
        Program("Vorbereitung", [*python, "praxis.prepare"], HOME),
    ]


def address_of(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (http.client.HTTPException, OSError):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    main()
