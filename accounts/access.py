"""Objects enter a view only through here. Missing and foreign both answer 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from zoneinfo import ZoneInfo

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django_htmx.middleware import HtmxDetails
from django_scopes import scope

from accounts.models import (
    ApiToken,
    DoctorRole,
    Mandant,
    OnlineAccount,
    OnlineParticipant,
    Patient,
    PatientAccount,
    Practice,
    Registration,
    User,
)
from accounts.recent_sign_in import signed_in_recently
from accounts.services.patient_area import accounts_of
from praxis.core.asking import remembering_answers
from praxis.core.audit import record_read


class StaffRequest(HttpRequest):
    """A request of a signed-in member of a practice."""

    user: User
    practice: Practice
    htmx: HtmxDetails


class PatientRequest(HttpRequest):
    """A request of somebody who may see the patient of `patient_account`."""

    user: User
    practice: Practice
    patient_account: PatientAccount
    has_other_accounts: bool
    htmx: HtmxDetails


type_view = Callable[..., HttpResponseBase]


def staff_required(*roles: str) -> Callable[[type_view], type_view]:
    """Only signed-in people of a practice, optionally only of these roles. Others: sign-in page or 404."""

    def decorate(view: type_view) -> type_view:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User) or user.practice is None or (roles and user.role not in roles):
                raise Http404
            staff_request = cast(StaffRequest, request)
            staff_request.practice = user.practice
            return view(staff_request, *args, **kwargs)

        return login_required(wrapped)

    return decorate


def recently_signed_in(view: type_view) -> type_view:
    """For dangerous steps, below `staff_required`: a POST of somebody who signed in long ago asks for the password,
    a code or a passkey first and then goes on with what was sent."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not signed_in_recently(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return wrapped


def patient_required(view: type_view) -> type_view:
    """For addresses with an `account_id`: only whoever that account belongs to; everybody else 404.

    The view runs inside the scope and the time zone of the practice. It gets the request and what else stands in the
    address; seeing the record is part of the audit trail as for staff.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, account_id: int, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        accounts = accounts_of(user) if isinstance(user, User) else []
        account = next((one for one in accounts if one.pk == account_id), None)
        if account is None:
            raise Http404
        patient_request = cast(PatientRequest, request)
        patient_request.has_other_accounts = len(accounts) > 1
        patient_request.patient_account, patient_request.practice = account, account.practice
        zone = ZoneInfo(account.practice.time_zone)
        with scope(practice=account.practice), timezone.override(zone), remembering_answers():
            record_read(
                practice_id=account.practice_id, actor_id=user.pk, object_type="patient", object_id=account.patient_id
            )
            answer = view(patient_request, **kwargs)
        # The device may be shared: after signing out, going back shows nothing.
        add_never_cache_headers(answer)
        return answer

    return login_required(wrapped)


def patient_for(request: HttpRequest, patient_id: int) -> Patient:
    """The record of one patient; reading it is part of the audit trail."""
    patient = get_object_or_404(Patient.objects, pk=patient_id)
    record_read(practice_id=patient.practice_id, actor_id=request.user.pk, object_type="patient", object_id=patient.pk)
    return patient


def patient_account_for(request: HttpRequest, patient_id: int) -> PatientAccount:
    """The Online-Zugang of one patient, for staff; it shows the patient, so it is audited as the record is."""
    patient = patient_for(request, patient_id)
    accounts = PatientAccount.objects.select_related("user", "practice", "patient")
    return get_object_or_404(accounts, patient=patient)


def registration_for(request: HttpRequest, registration_id: int) -> Registration:
    """What somebody unknown wrote about themselves; reading it is part of the audit trail. Not before they have
    confirmed the e-mail."""
    confirmed = Registration.objects.exclude(state=Registration.State.UNVERIFIED)
    found = get_object_or_404(confirmed.select_related("decided_by", "patient", "practice"), pk=registration_id)
    record_read(practice_id=found.practice_id, actor_id=request.user.pk, object_type="registration", object_id=found.pk)
    return found


def online_account_for(request: HttpRequest, online_account_id: int) -> OnlineAccount:
    return get_object_or_404(OnlineAccount.objects.select_related("practice"), pk=online_account_id)


def participant_for(request: HttpRequest, participant_id: int) -> OnlineParticipant:
    found = OnlineParticipant.objects.select_related("account", "user", "practice")
    return get_object_or_404(found, pk=participant_id)


def doctor_role_for(request: HttpRequest, role_id: int) -> DoctorRole:
    return get_object_or_404(DoctorRole.objects, pk=role_id)


def mandant_for(request: HttpRequest, mandant_id: int) -> Mandant:
    return get_object_or_404(Mandant.objects, pk=mandant_id)


def api_token_for(request: HttpRequest, token_id: int) -> ApiToken:
    return get_object_or_404(ApiToken.objects, pk=token_id)


def colleague_for(request: HttpRequest, user_id: int) -> User:
    user = request.user
    practice_id = user.practice_id if isinstance(user, User) else None
    return get_object_or_404(User.objects, pk=user_id, practice_id=practice_id)


__all__ = [
    "PatientRequest", "StaffRequest", "api_token_for", "colleague_for", "doctor_role_for", "mandant_for",
    "online_account_for", "participant_for", "patient_account_for", "patient_for", "patient_required",
    "recently_signed_in", "registration_for", "staff_required",
]  # fmt: skip
