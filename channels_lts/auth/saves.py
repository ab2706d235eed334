"""
Saves in progress.
"""
import threading
import weakref
from collections import namedtuple

# `instance`: a weak reference; `stored`: what the database held before.
Save = namedtuple("Save", "instance stored")


class Saves(threading.local):
    """
    The saves of this thread, from pre_save to post_save; they may be nested. A failed save gives no
    signal: it is dropped with the save around it, or with its instance.
    """

    def __init__(self):
        self.going_on = []

    def begin(self, instance, stored):
        self.going_on = [save for save in self.going_on if save.instance() is not None]
        self.going_on.append(Save(weakref.ref(instance), stored))

    def end(self, instance):
        """Returns what was stored before this save of the instance, {} if none was begun."""
        if not any(save.instance() is instance for save in self.going_on):
            return {}
        while True:
            save = self.going_on.pop()
            if save.instance() is instance:
                return save.stored
