"""Koppelung (mission K4): another system keeps patients and their accounts and says so by its own id."""
