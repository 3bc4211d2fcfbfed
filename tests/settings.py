"""Settings of the test run: its own engines, fast password hashes, static files as they lie in the tree."""

from tests.engines import use_test_engines

use_test_engines()
from praxis.settings import *
from praxis.settings import DATABASES, INSTALLED_APPS, STORAGES

# Test databases come and go; the threads of the application under test must not hold connections to the dropped ones.
DATABASES["default"]["CONN_MAX_AGE"] = 0
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
BETTY24_ALLOW_PRIVATE_HOSTS = ETERMIN_ALLOW_PRIVATE_HOSTS = LEGACY_VSS_ALLOW_PRIVATE_HOSTS = True
# Tests change settings in between.
ETERMIN_PLACE_SECONDS = 0.0
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Its command reads our migrations (tests/house/test_migrations_are_in_step.py).
INSTALLED_APPS += ["django_migration_linter"]
