"""
Runs the consumers: channels' worker, made robust. docs/workers.md says what differs.
"""
from .group import WorkerGroup
from .worker import Worker

__all__ = ["Worker", "WorkerGroup"]
