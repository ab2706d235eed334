from primer import http

KEYS = ["method", "path", "query_string", "http_version"]


@http.get_only
def raw(message):
    asked = {key: message[key] for key in KEYS}
    asked["query_string"] = asked["query_string"].decode("latin1")
    message.reply_channel.send(http.response(200, asked))
