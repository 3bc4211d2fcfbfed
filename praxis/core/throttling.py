"""How often something may be tried, counted in the cache that all processes share."""

from django.core.cache import cache
from redis.exceptions import RedisError

GONE = (RedisError, OSError, ValueError)


def allow(*, what: str, key: str, most: int, seconds: int) -> bool:
    """Counts one try of `what` for `key`; False once there were `most` within the window of `seconds`.

    Windows are fixed, counted from the first try. `key` must not be readable as a person: hash an address of e-mail.
    A cache that is gone stops nobody: what is throttled must be hard to guess by itself.
    """
    name = f"tries:{what}:{key}"
    try:
        cache.add(name, 0, seconds)
        count = cache.incr(name)
        if count == 1:
            # The window may have ended between the two: a count that never ends would lock somebody out for good.
            cache.touch(name, seconds)
        return count <= most
    except GONE:
        return True


def is_spent(*, what: str, key: str, most: int) -> bool:
    """Whether `most` tries of `what` were counted for `key` in the running window, without counting one."""
    try:
        return int(cache.get(f"tries:{what}:{key}", 0)) >= most
    except GONE:
        return False
