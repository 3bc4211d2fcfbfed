"""How often something may be tried, counted in the cache that all processes share."""

from django.core.cache import cache


def allow(*, what: str, key: str, most: int, seconds: int) -> bool:
    """Counts one try of `what` for `key`; False once there were `most` within the window of `seconds`.

    Windows are fixed, counted from the first try. `key` must not be readable as a person: hash an address of e-mail.
    A cache that is gone stops nobody: what is throttled must be hard to guess by itself.
    """
    name = f"tries:{what}:{key}"
    try:
        cache.add(name, 0, seconds)
        return cache.incr(name) <= most
    except (OSError, ValueError, ConnectionError):
        return True


def is_spent(*, what: str, key: str, most: int) -> bool:
    """Whether `most` tries of `what` were counted for `key` in the running window, without counting one."""
    try:
        return int(cache.get(f"tries:{what}:{key}", 0)) >= most
    except (OSError, ValueError, ConnectionError):
        return False
