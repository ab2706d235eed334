"""
The groups of the news: those who listen on a socket, and those who asked and wait.
"""
NEWS = "primer-news"


def polls(number):
    """The HTTP requests that wait for what comes after news of this number."""
    return "primer-polls-%d" % number
