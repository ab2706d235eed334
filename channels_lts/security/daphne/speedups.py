"""
Whether autobahn unmasks and checks frames in C.
"""
from autobahn.websocket.utf8validator import Utf8Validator
from autobahn.websocket.xormasker import XorMaskerNull


def missing(parts=(XorMaskerNull, Utf8Validator)):
    """
    A warning about a slow installation, or None. In pure Python a frame of 60 KB takes 30 times as
    long, and meanwhile nobody else is served.
    """
    if all(part.__module__.startswith("wsaccel.") for part in parts):
        return None
    return "autobahn's unmasking and UTF-8 check is the slow pure Python one: install wsaccel"
