"""
Django's PostgreSQL backend with a limit on how long a worker waits for an answer: "ENGINE":
"channels_lts.postgresql". docs/workers.md says what happens to a query that gets none.
"""
