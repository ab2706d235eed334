"""
Messages that are sent later, as channels.delay has them. docs/workers.md says what differs.
"""
CHANNEL = "asgi.delay"  # which takes `channel`, `content` and `delay`, in milliseconds
