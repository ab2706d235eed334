"""
What runs the consumers: channels' worker, made to last. docs/workers.md says what differs.
"""
from .group import WorkerGroup
from .worker import Worker

__all__ = ["Worker", "WorkerGroup"]
