"""
The raw client: a process of its own that opens sockets and says when frames arrive at them.

It shares the cores with what it measures, so it does as little as it can: one epoll, one recv a
frame, and one comparison where the frame is the one that is waited for. No WebSocket library.
"""
