"""
In front of daphne's HTTP and WebSocket protocols. Nothing here needs a project, and nothing blocks.
"""
