"""
The frames that /users/ sends, as docs/protocol describes them.
"""
from channels.generic.websockets import JsonWebsocketConsumer


def encode(content):
    return {"text": JsonWebsocketConsumer.encode_json(content)}


def presence(username, is_logged_in):
    return encode({"username": username, "is_logged_in": is_logged_in})


def who(users):
    return encode({"users": users})


def error(code, message):
    return encode({"error": {"code": code, "message": message}})
