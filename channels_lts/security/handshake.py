"""
The headers of a handshake.
"""


def header_values(message, name):
    """
    All values, as text, of the header `name` (lower case). channels' WSClient gives headers as a
    dict (channels issue 748), daphne as a list of pairs of bytes.
    """
    headers = message.content.get("headers") or ()
    pairs = headers.items() if isinstance(headers, dict) else headers
    wanted = name.encode("latin1")
    return [_text(value) for key, value in pairs
            if key.lower() == (wanted if isinstance(key, bytes) else name)]


def _text(value):
    return value.decode("latin1") if isinstance(value, bytes) else value
