"""Which addresses a name leads to, none of them inside: a URL that a user typed must not reach our network."""

import ipaddress
import socket

from praxis.core.exceptions import OutsideError


def public_addresses(host: str) -> list[str]:
    """IP addresses of `host`. Raises OutsideError when it has none or any of them is not a public one."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutsideError(f"{host} ist nicht erreichbar: Der Name ist unbekannt.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(_is_public(address) for address in addresses):
        raise OutsideError(f"{host} liegt im eigenen Netz. Das ist hier nicht erlaubt.", permanent=True)
    return addresses


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)
