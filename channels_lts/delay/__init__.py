"""
Messages that are sent later, like channels.delay. docs/workers.md says what differs.
"""
CHANNEL = "asgi.delay"  # takes `channel`, `content` and `delay`, in milliseconds
