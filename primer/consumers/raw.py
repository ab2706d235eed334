import json

from primer import http

KEYS = ["method", "path", "query_string", "http_version"]


@http.get_only
def raw(message):
    asked = {key: message[key] for key in KEYS}
    asked["query_string"] = asked["query_string"].decode("latin1")
    message.reply_channel.send({
        "status": 200,
        "headers": http.HEADERS,
        "content": json.dumps(asked).encode("ascii"),
    })
