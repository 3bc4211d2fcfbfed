"""The mails that this floor wants sent."""

from accounts.mails import invitations, patient_accounts, security, tokens

__all__ = ["invitations", "patient_accounts", "security", "tokens"]
