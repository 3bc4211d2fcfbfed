"""Settings of the test run: its own engines, fast password hashes, static files as they lie in the tree."""

import os

from tests.engines import use_test_engines

use_test_engines()
# Test databases come and go; a pool would hold connections to the dropped ones.
os.environ["DB_POOL_SIZE"] = "0"

from praxis.settings import *
from praxis.settings import INSTALLED_APPS, STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Its command reads our migrations (tests/house/test_migrations_are_in_step.py).
INSTALLED_APPS += ["django_migration_linter"]
