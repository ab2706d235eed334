"""
The groups for the news: sockets that listen, and requests that wait.
"""
NEWS = "primer-news"


def polls(number):
    """The HTTP requests waiting for what comes after news number `number`."""
    return "primer-polls-%d" % number
