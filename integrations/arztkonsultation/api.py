"""/api/v2/calls: the door that eTermin knocks at when it is connected with arztkonsultation (mission E3a)."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts.models import ApiToken
from integrations.api.answers import Answer
from integrations.api.problems import Problem, not_found
from integrations.api.queries import check_names, read_number
from integrations.api.schema import BODY, responses
from integrations.api.views.base import ApiView
from integrations.arztkonsultation.models import DoorCall
from integrations.arztkonsultation.representations import show_call
from integrations.arztkonsultation.selectors import all_calls, calls, members_of
from integrations.arztkonsultation.serializers import CallChange, CallIn, CallsOut, OneCallOut
from integrations.arztkonsultation.services.storing import CallErased, CallFields, change_call, create_call, delete_call
from integrations.arztkonsultation.wishes import changed_fields, new_fields
from praxis.core import audit
from praxis.core.audit import record_read
from videosprechstunde.services.reserving import CallTookPlace

SCOPE = ApiToken.Scope.VIDEO_CALL
USUAL, MOST = 50, 200
PAGE = OpenApiParameter("page", {"type": "integer", "minimum": 1, "maximum": 1_000_000}, description="Default: 1.")
PER_PAGE = OpenApiParameter(
    "per_page", {"type": "integer", "minimum": 1, "maximum": MOST}, description=f"Default: {USUAL}."
)


class Calls(ApiView):
    scopes = {"GET": SCOPE, "POST": SCOPE}

    @extend_schema(operation_id="list_calls", parameters=[PAGE, PER_PAGE], responses=responses(ok=CallsOut))
    def get(self, request: Request) -> HttpResponse:
        """The newest first."""
        query = request.query_params
        check_names(query, single=("page", "per_page"))
        page = read_number(query, "page", largest=1_000_000) or 1
        per_page = read_number(query, "per_page", largest=MOST) or USUAL
        total = calls().count()
        found = list(calls()[(page - 1) * per_page : page * per_page])
        members = members_of(found)
        shown = [show_call(call, members.get(call.video_call_id or 0, [])) for call in found]
        if found:
            line = audit.entry(
                practice_id=self.token.practice_id, actor_id=self.actor.pk, action="read", object_type="doorcalls",
                object_id=None,
            )  # fmt: skip
            audit.write([line])
        last_page = max(1, -(-total // per_page))
        meta = {"current_page": page, "last_page": last_page, "per_page": per_page, "total": total}
        return Answer(200, {"data": shown, "meta": meta}).response()

    @extend_schema(
        operation_id="create_call", request=CallIn,
        responses=responses(404, 410, *BODY, ok=OneCallOut, created=OneCallOut),
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponse:
        """A call with link and TAN at once. The same `extid` again answers the call it named first, with 200."""
        check_names(request.query_params)
        body = self.read(CallIn)
        wanted, extid = new_fields(body, token=self.token), body.get("extid") or ""
        try:
            call, is_new = create_call(token=self.token, wanted=wanted, extid=extid, now=self.now)
        except CallErased as error:
            raise Problem(410, "erased", error.message, field="extid") from error
        headers = {"Location": reverse("api_call", args=[call.pk])} if is_new else {}
        return Answer(201 if is_new else 200, _shown(call), headers).response()


class Call(ApiView):
    http_method_names = ["get", "head", "put", "delete"]
    scopes = {"GET": SCOPE, "PUT": SCOPE, "DELETE": SCOPE}

    @extend_schema(operation_id="read_call", responses=responses(404, ok=OneCallOut))
    def get(self, request: Request, call_id: int) -> HttpResponse:
        """One call, with its TANs."""
        check_names(request.query_params)
        call = self._call(call_id)
        record_read(practice_id=call.practice_id, actor_id=self.actor.pk, object_type="doorcall", object_id=call.pk)
        return Answer(200, _shown(call)).response()

    @extend_schema(operation_id="change_call", request=CallChange, responses=responses(404, 409, *BODY, ok=OneCallOut))
    def put(self, request: Request, call_id: int) -> HttpResponse:
        """Another hour, doctor or name; what is not named stays, link and TANs too. Not after it took place."""
        check_names(request.query_params)
        body = self.read(CallChange)

        def change(held: DoorCall) -> CallFields:
            return changed_fields(held, body, members_of([held]).get(held.video_call_id or 0, []))

        try:
            if change_call(call=self._call(call_id), change=change, token=self.token, now=self.now) is None:
                raise not_found()
        except CallTookPlace as error:
            raise Problem(409, "took_place", error.message) from error
        return Answer(200, _shown(self._call(call_id))).response()

    @extend_schema(operation_id="delete_call", responses={204: None} | responses(404, 409))
    def delete(self, request: Request, call_id: int) -> HttpResponse:
        """Only before it took place. Its links open nothing any more. Repeating changes nothing."""
        check_names(request.query_params)
        call = self._call(call_id, deleted=True)
        try:
            delete_call(call=call, token=self.token, now=self.now)
        except CallTookPlace as error:
            raise Problem(409, "took_place", error.message) from error
        return Answer(204).response()

    def _call(self, call_id: int, *, deleted: bool = False) -> DoorCall:
        call = (all_calls() if deleted else calls()).filter(pk=call_id).first()
        if call is None:
            raise not_found()
        return call


def _shown(call: DoorCall) -> dict[str, Any]:
    return {"data": show_call(call, members_of([call]).get(call.video_call_id or 0, []))}
