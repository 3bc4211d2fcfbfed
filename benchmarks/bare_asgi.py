"""The same server and middleware as the product, with one view that inserts one row: the floor of what comes in."""

from django.conf import settings

from praxis.asgi import application

# Read at the first request.
settings.ROOT_URLCONF = "benchmarks.bare_urls"

__all__ = ["application"]
