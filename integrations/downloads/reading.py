"""From a verified file to a pack that can be installed."""

from integrations.downloads import files
from integrations.downloads.models import ElementVersion
from praxis.core.exceptions import PraxisError
from praxis.core.pack_lines import MOST_BYTES
from praxis.core.packs import Pack, PackKind, PackRefused, kind_of


class PackMissing(PraxisError):
    """There is no verified file on this server, or it is not the one any more that was verified."""


def read_pack(version: ElementVersion) -> tuple[PackKind, Pack]:
    """Verified once more: the file may have been changed on the disk. Raises UnknownKind, PackMissing, PackRefused."""
    kind = kind_of(version.element.kind)
    if version.state != ElementVersion.State.VERIFIED:
        raise PackMissing("Diese Version ist nicht geladen.")
    if version.size > MOST_BYTES:
        raise PackRefused("Das Paket ist größer als 8 MB und wird deshalb nicht gelesen.")
    path = files.finished(version.sha256)
    if not files.is_whole(path, size=version.size, sha256=version.sha256):
        raise PackMissing("Die geladene Datei fehlt oder wurde verändert. Bitte neu herunterladen.")
    return kind, kind.parse(path.read_bytes())
