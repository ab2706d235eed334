"""
The process that announces changes made outside Django. docs/bindings.md says what it guarantees.
"""
