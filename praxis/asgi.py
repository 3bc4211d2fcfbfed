"""What uvicorn serves."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praxis.settings")
os.environ.setdefault("DB_POOL_SIZE", "20")

application = get_asgi_application()
