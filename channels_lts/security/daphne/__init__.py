"""
Guards around daphne's HTTP and WebSocket protocols. Nothing here needs a project, or blocks.
"""
