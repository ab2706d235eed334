"""
Optional parts that `pip install channels-lts` doesn't include: imported within extra(NAME).
"""
import contextlib

from django.core.exceptions import ImproperlyConfigured


@contextlib.contextmanager
def extra(name):
    """
    Wraps the imports of what `pip install "channels-lts[name]"` adds. If a module is missing,
    raises ImproperlyConfigured with that advice: channels hides an ImportError of a BACKEND.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == __package__:
            raise
        raise ImproperlyConfigured('%s is missing: pip install "channels-lts[%s]"' % (
            error.name, name)) from error
