"""
Django's PostgreSQL backend, of which no worker waits for an answer without a limit: "ENGINE":
"channels_lts.postgresql". docs/workers.md says what becomes of a query that gets none.
"""
