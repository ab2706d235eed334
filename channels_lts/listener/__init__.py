"""
The process that tells of changes made outside Django. docs/bindings.md says what it guarantees.
"""
