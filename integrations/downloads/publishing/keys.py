"""The publisher's keys: three of the root, of which two must sign, and one each for the roles that sign every day.

The root's keys and the one of targets belong on sticks in a safe; they are only needed to publish something new.
"""

from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner

ROOT_KEYS = ("root-1", "root-2", "root-3")
ROOT_THRESHOLD = 2
# One key each, replaceable by the root.
SINGLE_ROLES = ("targets", "snapshot", "timestamp")


class KeyMissing(Exception):
    """The message names the file."""


def make_keys(folder: Path) -> None:
    """For a new publisher; those that are there already stay."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in (_path(folder, name) for name in (*ROOT_KEYS, *SINGLE_ROLES)):
        if not path.exists():
            _make(path)


def signer(folder: Path, name: str) -> CryptoSigner:
    """Raises KeyMissing."""
    try:
        key = load_pem_private_key(_path(folder, name).read_bytes(), password=None)
    except OSError as error:
        raise KeyMissing(f"{_path(folder, name)} is needed for this.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyMissing(f"{_path(folder, name)} is no Ed25519 key.")
    return CryptoSigner(key)


def root_signers(folder: Path) -> Iterable[CryptoSigner]:
    """Those that are at hand: two of three are enough. Raises KeyMissing."""
    found = [signer(folder, name) for name in ROOT_KEYS if _path(folder, name).exists()]
    if len(found) < ROOT_THRESHOLD:
        raise KeyMissing(f"{ROOT_THRESHOLD} of {', '.join(ROOT_KEYS)} are needed in {folder} for this.")
    return found


def replace_key(folder: Path, name: str) -> None:
    """Raises KeyMissing when the root could not name the new one; the old one stays then."""
    root_signers(folder)
    _path(folder, name).unlink(missing_ok=True)
    _make(_path(folder, name))


def _make(path: Path) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(CryptoSigner.generate_ed25519().private_bytes)


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.pem"
