"""
Changes made outside the ORM, on PostgreSQL: triggers record them in an outbox, from which a
listener (channels_lts.listener) sends them. docs/bindings.md says who sends what.
"""
