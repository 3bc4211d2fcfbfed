"""A mail server on localhost that answers as a test wants; what it took stands in `mails`."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class SmtpServer:
    """`answers`: code per command ("MAIL", "RCPT", "DATA", "."); 0 ends the connection instead."""

    def __init__(self) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.answers: dict[str, int] = {}
        self.mails: list[bytes] = []

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        reader = connection.makefile("rb")
        connection.sendall(b"220 test\r\n")
        for line in reader:
            word = line.split()[0].upper().decode() if line.split() else ""
            if word in ("EHLO", "HELO"):
                connection.sendall(b"250 test\r\n")
                continue
            if word == "QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            code = self.answers.get(word, 354 if word == "DATA" else 250)
            if not code:
                return
            connection.sendall(f"{code} x\r\n".encode())
            if word == "DATA" and code == 354 and not self._take(connection, reader):
                return

    def _take(self, connection: socket.socket, reader: Iterator[bytes]) -> bool:
        content = b""
        for line in reader:
            if line == b".\r\n":
                break
            content += line
        code = self.answers.get(".", 250)
        if code in (0, 250):
            # Taken; with 0 the answer is lost.
            self.mails.append(content)
        if code:
            connection.sendall(f"{code} x\r\n".encode())
        return bool(code)


@contextmanager
def serving() -> Iterator[SmtpServer]:
    server = SmtpServer()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.listening.shutdown(socket.SHUT_RDWR)
        server.listening.close()
        thread.join(5)
