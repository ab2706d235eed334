"""
The layer inside daphne, on Twisted.
"""
from .twisted_layer import TwistedLayer

__all__ = ["TwistedLayer"]
