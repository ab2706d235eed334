class PreparedFrame:
    """
    A message on its way to one or many. If it is exactly one WebSocket frame, it is encoded once
    for all receivers; otherwise `raw` is None, and daphne has to process the message.
    """

    def __init__(self, message, encoded=None):
        self.message = message
        self.encoded = encoded  # autobahn's PreparedMessage
        self.raw = encoded and encoded.payloadHybi  # sent where no extension is in use

    @classmethod
    def of(cls, message, factory):
        """`factory`: daphne's, or None if there is none."""
        if factory is None or len(message) != 1:
            return cls(message)
        (kind, content), = message.items()
        if not isinstance(content, {"text": str, "bytes": bytes}.get(kind, ())):
            return cls(message)
        try:
            content = content.encode("utf8") if kind == "text" else content
        except UnicodeEncodeError:
            return cls(message)
        return cls(message, factory.ws_factory.prepareMessage(content, kind == "bytes"))
