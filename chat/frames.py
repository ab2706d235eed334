"""
The frames that the chat sockets send, as described in docs/protocol.md.
"""
from channels_lts.conf import settings
from channels_lts.frames import described, encode

CLOSED = 4403  # close code: the room has been closed


def hello(room, user, may_write):
    return encode({
        "type": "tester_message", "tester": "hello_world", "room": room.name,
        "number": room.last_number, "deletions": room.deletions, "may_write": may_write,
        "closed": room.closed, "me": user.get_username() or None,
        "version": settings.PAGE_VERSION})


def body(message):
    """One message, as in the page and the frames."""
    return {"number": message.number, "user": message.user.get_username(),
            "message": message.content, "timestamp": message.timestamp, "id": message.client_id}


def chat_message(message):
    return encode(dict(body(message), type="chat_message"))


def message_stored(message):
    return encode({"type": "message_stored", "id": message.client_id, "number": message.number})


def message_deleted(numbers, deletions):
    return encode({"type": "message_deleted", "numbers": numbers, "deletions": deletions})


def messages(room, found, more, before=None, after=None):
    """`room` was read before its messages: they include what it counts (unless deleted since)."""
    return encode({"type": "messages", "messages": [body(message) for message in found],
                   "before": before, "after": after, "more": more,
                   "number": room.last_number, "deletions": room.deletions})


def private_message(sender, text, client_id, timestamp):
    return encode({"type": "private_message", "id": client_id, "user": sender.get_username(),
                   "message": text, "timestamp": timestamp})


def private_message_delivered(target, text, client_id):
    return encode({"type": "private_message_delivered", "id": client_id,
                   "target": target.get_username(), "message": text})


def user_list(names):
    return encode({"type": "user_list", "users": names})


def presence(name, is_present):
    return encode({"type": "user_join" if is_present else "user_leave", "user": name})


def typing(user):
    return encode({"type": "typing", "user": user.get_username()})


def room_closed(name):
    return encode({"type": "room_closed", "room": name})


def rooms(listed):
    return encode({"type": "rooms", "rooms": listed, "version": settings.PAGE_VERSION})


def room_count(name, online):
    return encode({"type": "room_count", "room": name, "online": online})


def room_news(name, number):
    return encode({"type": "room_news", "room": name, "number": number})


def room_read(name, number):
    return encode({"type": "room_read", "room": name, "number": number})


def error(mistake, client_id=None):
    return encode(dict(described(mistake), type="error", id=client_id))
