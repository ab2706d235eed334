"""
What stands in front of pinned packages that get no fixes any more: docs/security.md.
"""
