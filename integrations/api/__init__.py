"""The REST API for systems outside: /api/v1/, described at /api/schema/ and in docs/features/api.md."""
