"""
Changes that don't come by the ORM, on PostgreSQL: triggers note them in an outbox, from which a
listener (channels_lts.listener) tells them. docs/bindings.md says who tells what.
"""
