from accounts.models.patient import Patient, Treatment
from accounts.models.people import DoctorRole, User
from accounts.models.practice import Mandant, Practice
from accounts.models.token import ApiToken

__all__ = ["ApiToken", "DoctorRole", "Mandant", "Patient", "Practice", "Treatment", "User"]
