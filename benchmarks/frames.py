"""
The little of the WebSocket protocol (RFC 6455) that the raw client and the floor need.
"""
import base64
import hashlib
import os
import struct
from itertools import cycle

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def header(opcode, length, masked=False):
    """The bytes in front of a payload of `length` bytes (the mask's key not included)."""
    first, flag = 0x80 | opcode, 0x80 if masked else 0
    if length < 126:
        return struct.pack("!BB", first, flag | length)
    if length < 65536:
        return struct.pack("!BBH", first, flag | 126, length)
    return struct.pack("!BBQ", first, flag | 127, length)


def server_frame(text):
    """`text` as a server sends it: one final, unmasked text frame."""
    payload = text.encode("utf8")
    return header(TEXT, len(payload)) + payload


def client_frame(payload, opcode=TEXT):
    """`payload` (bytes) as a client has to send it: masked."""
    key = os.urandom(4)
    masked = bytes(byte ^ mask for byte, mask in zip(payload, cycle(key)))
    return header(opcode, len(payload), masked=True) + key + masked


def split(data):
    """
    Cuts the unmasked frames that a server sent out of `data`.

    Returns a list of (opcode, payload) and the bytes of the frame that is not complete yet.
    """
    found, start, end = [], 0, len(data)
    while end - start >= 2:
        size, length = 2, data[start + 1] & 0x7F
        if length == 126:
            size, length = 4, int.from_bytes(data[start + 2:start + 4], "big")
        elif length == 127:
            size, length = 10, int.from_bytes(data[start + 2:start + 10], "big")
        stop = start + size + length
        if end < start + size or end < stop:
            break
        found.append((data[start] & 0x0F, data[start + size:stop]))
        start = stop
    return found, data[start:]


def handshake(port, path, cookie=None):
    """The request that asks for a WebSocket at `path`."""
    lines = [
        "GET %s HTTP/1.1" % path,
        "Host: 127.0.0.1:%d" % port,
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: %s" % base64.b64encode(os.urandom(16)).decode("ascii"),
        "Origin: http://127.0.0.1:%d" % port,
    ]
    if cookie:
        lines.append("Cookie: %s" % cookie)
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def accept_key(key):
    """What a server answers to the Sec-WebSocket-Key `key` (bytes)."""
    return base64.b64encode(hashlib.sha1(key + GUID).digest())
