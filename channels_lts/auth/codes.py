"""
The codes that sockets are closed with when what is behind them changes. Private ones (RFC 6455,
7.4.2): daphne sends no others for a consumer.
"""
SESSION_ENDED = 4401  # nobody is logged in here any more: don't come back by yourself
SESSION_CHANGED = 4012  # another session key or other rights: come back, as after 1012
