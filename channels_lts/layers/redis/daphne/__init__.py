"""
The layer on daphne's side, on Twisted.
"""
from .twisted_layer import TwistedLayer

__all__ = ["TwistedLayer"]
