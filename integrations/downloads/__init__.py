"""Packs of a publisher: fetched by themselves when subscribed, installed only by people."""
