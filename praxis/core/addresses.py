"""Addresses of the program as people outside open them."""

from django.conf import settings


def public_url(path: str) -> str:
    """`path` begins with a slash. Without the setting PUBLIC_URL it is the address on this machine."""
    return (settings.PUBLIC_URL or settings.LOCAL_URL).rstrip("/") + path
