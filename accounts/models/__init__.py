from accounts.models.history import HistoryLine
from accounts.models.invitation import Invitation
from accounts.models.online import OnlineAccount, OnlineParticipant
from accounts.models.patient import Patient, Treatment
from accounts.models.patient_account import CoupledPatient, Coupling, PatientAccount, Registration
from accounts.models.people import DoctorRole, User
from accounts.models.practice import Mandant, Practice, PublicHoliday
from accounts.models.token import ApiToken

__all__ = [
    "ApiToken", "CoupledPatient", "Coupling", "DoctorRole", "HistoryLine", "Invitation", "Mandant", "OnlineAccount",
    "OnlineParticipant", "Patient", "PatientAccount", "Practice", "PublicHoliday", "Registration", "Treatment",
    "User",
]  # fmt: skip
