"""eTermin as its documents and the code of its customers show it: REST API, list of changes, Web Push."""
