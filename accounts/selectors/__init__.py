from accounts.selectors.account_history import history_of
from accounts.selectors.effects import Effect, tells_effects
from accounts.selectors.holidays import HolidayCalendar, holiday_calendars, holidays_in
from accounts.selectors.online import usable_participants
from accounts.selectors.patients import (
    asked_patient,
    language_of_patient,
    latest_mandant_id,
    living_patients,
    match_people,
    match_person,
    names_of_patients,
    namesakes_of,
    patient_by_id,
    patients_in_order,
    possible_birth_dates,
    same_named_patients,
    search_patients,
    treatments_of,
    with_namesake_mark,
)
from accounts.selectors.practice import (
    active_doctor_roles,
    api_token_by_id,
    api_tokens,
    doctor_roles,
    mandanten,
    practice_by_slug,
    practices_by_id,
    staff_of,
    user_by_email,
)
from accounts.selectors.sign_in_states import SignInState, sign_in_states

__all__ = [
    "Effect", "HolidayCalendar", "SignInState", "active_doctor_roles", "api_token_by_id", "api_tokens", "asked_patient",
    "doctor_roles", "history_of", "holiday_calendars", "holidays_in", "language_of_patient",
    "latest_mandant_id", "living_patients", "mandanten", "match_people", "match_person",
    "names_of_patients", "namesakes_of", "patient_by_id", "patients_in_order", "possible_birth_dates",
    "practice_by_slug", "practices_by_id", "same_named_patients", "search_patients", "sign_in_states", "staff_of",
    "tells_effects", "treatments_of", "usable_participants", "user_by_email", "with_namesake_mark",
]  # fmt: skip
