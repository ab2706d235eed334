"""
Where migrations already applied look for the manager.
"""
from channels_lts.binding.manager import BoundManager, BoundQuerySet

__all__ = ["BoundManager", "BoundQuerySet"]
