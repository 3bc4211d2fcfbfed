from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from integrations.api.problems import Problem

if TYPE_CHECKING:
    from integrations.api.views.base import ApiView


class HasScope(BasePermission):
    """The token must carry the right that the view names for this method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        api_view: ApiView = view
        method = "GET" if request.method == "HEAD" else request.method or ""
        needed = api_view.scopes.get(method)
        if needed is None:
            raise MethodNotAllowed(method)
        if needed not in api_view.token.scopes:
            raise Problem(
                403, "scope_missing", _("Diesem API-Token fehlt das Recht „%(scope)s“.") % {"scope": needed},
                headers={"WWW-Authenticate": f'Bearer realm="praxis", error="insufficient_scope", scope="{needed}"'},
            )  # fmt: skip
        return True
