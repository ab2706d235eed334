"""
Guards in front of pinned packages that get no more fixes: docs/security.md.
"""
