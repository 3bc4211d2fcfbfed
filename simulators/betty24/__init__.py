"""The booking portal betty24 as we model it (docs/features/betty24.md): protocol, patient page and a fault script."""
