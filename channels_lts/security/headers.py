from channels_lts.conf import settings


def default_headers():
    """RESPONSE_HEADERS as pairs of bytes, for answers to http.request that no middleware sees."""
    return [(name.encode("latin1"), value.encode("latin1"))
            for name, value in settings.RESPONSE_HEADERS.items()]
