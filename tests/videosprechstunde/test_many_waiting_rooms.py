"""Thirty waiting rooms ask every two seconds: what one question costs the database must stay small and constant."""

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.videosprechstunde.calls import Browser, booked, member_of, patient_browser, practice_browser
from tests.videosprechstunde.cast import VideoHouse


def queries(browser: Browser) -> int:
    with CaptureQueriesContext(connection) as caught:
        browser.ask()
    return len(caught)


def test_a_waiting_patient_costs_few_queries_whoever_else_waits(house: VideoHouse) -> None:
    entry = booked(house)
    patient = patient_browser(entry)
    # Signs of life are written every other second only.
    with time_machine.travel(house.moment, tick=False):
        patient.ask()
        alone = queries(patient)
    for number in range(5):
        patient_browser(booked(house, f"Nr{number}"))

    with time_machine.travel(house.moment, tick=False):
        assert queries(patient) == alone
    # Session, person with call and appointment, everybody in the call, the own consent.
    assert alone <= 4


def test_the_doctor_costs_few_queries(house: VideoHouse) -> None:
    entry = booked(house)
    patient_browser(entry)
    doctor = practice_browser(entry, house.doctor)
    doctor.post(f"einlassen/{member_of(entry).pk}")
    doctor.enter()

    assert queries(doctor) <= 9
