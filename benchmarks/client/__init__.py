"""
The raw client: a separate process that opens sockets and reports when frames arrive at them.

It shares the cores with what it measures, so it does as little as it can: one epoll, one recv per
frame, and one comparison if the frame is the awaited one. No WebSocket library.
"""
