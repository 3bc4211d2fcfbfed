from django.urls import re_path

from integrations.api.routes import urlpatterns as routes
from integrations.api.views.schema import Schema, Unknown

urlpatterns = [
    *routes,
    re_path(r"^api/schema/?$", Schema.as_view(), name="api_schema"),
    # Last below api/: answers what is left with a problem instead of a page.
    re_path(r"^api(?:/|$)", Unknown.as_view(), name="api_unknown"),
]
