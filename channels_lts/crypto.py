"""
Keeps what a cache or channel layer stores about sessions unreadable to whoever reads it there.
"""
import base64
import functools
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from .conf import settings


def derive(purpose, value=""):
    """
    32 bytes derived from `value` and SECRET_KEY, which only its holder can compute; usable as a
    key.
    """
    return _derived(settings.SECRET_KEY, purpose, value)


def _derived(secret, purpose, value):
    text = "channels_lts.%s\0%s" % (purpose, value)
    return hmac.new(secret.encode("utf8"), text.encode("utf8"), hashlib.sha256).digest()


def digest(purpose, value):
    """A keyed digest of `value`, as 32 hexadecimal digits."""
    return derive(purpose, value).hex()[:32]


def encrypt(purpose, text):
    """A token, as text, that `decrypt` opens for the same purpose."""
    return _box(settings.SECRET_KEY, purpose).encrypt(text.encode("utf8")).decode("ascii")


def decrypt(purpose, token):
    """The text; None if it was encrypted with another SECRET_KEY, or isn't a token at all."""
    try:
        return _box(settings.SECRET_KEY, purpose).decrypt(token.encode("ascii")).decode("utf8")
    except (InvalidToken, ValueError):
        return None


@functools.lru_cache(maxsize=16)
def _box(secret, purpose):
    return Fernet(base64.urlsafe_b64encode(_derived(secret, purpose, "")))
