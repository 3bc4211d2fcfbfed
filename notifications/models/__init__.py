from notifications.models.consent import BlockedAddress, Consent, PatientContact, Verdict
from notifications.models.credit import CreditAccount, CreditLine
from notifications.models.gateway import DeliveryReport, GatewayAccount, GatewayKind
from notifications.models.job import Job, JobRun
from notifications.models.message import Message, RecipientDay, Skipped
from notifications.models.replanning import Replanning
from notifications.models.settings import ConsentRule, FirstChannel, MessageSettings
from notifications.models.template import MessageTemplate, Stage
from notifications.models.words import (
    ERROR_REASONS,
    LETTER_REASONS,
    OTHER_WAY_REASONS,
    Channel,
    JobKind,
    MessageKind,
    Outcome,
    Reason,
)

__all__ = [
    "ERROR_REASONS",
    "LETTER_REASONS",
    "OTHER_WAY_REASONS",
    "BlockedAddress",
    "Channel",
    "Consent",
    "ConsentRule",
    "CreditAccount",
    "CreditLine",
    "DeliveryReport",
    "FirstChannel",
    "GatewayAccount",
    "GatewayKind",
    "Job",
    "JobKind",
    "JobRun",
    "Message",
    "MessageKind",
    "MessageSettings",
    "MessageTemplate",
    "Outcome",
    "PatientContact",
    "Reason",
    "RecipientDay",
    "Replanning",
    "Skipped",
    "Stage",
    "Verdict",
]
