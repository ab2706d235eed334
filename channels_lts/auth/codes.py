"""
The codes that sockets are closed with when the login behind them changes. They are private codes
(RFC 6455, 7.4.2), the only ones daphne lets a consumer send.
"""
SESSION_ENDED = 4401  # nobody is logged in here any more: don't reconnect automatically
SESSION_CHANGED = 4012  # another session key or other permissions: reconnect, as after 1012
