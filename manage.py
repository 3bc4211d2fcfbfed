#!/usr/bin/env python
"""Django's command line for Praxis."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praxis.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from praxis import engines

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if not engines.is_unreachable(settings.DATABASES["default"]):
            raise
        sys.exit(f"{error}\n\n{engines.NOT_RUNNING_HINT}")
