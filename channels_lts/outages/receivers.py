"""
Connects to the signals of Django and channels.
"""
import logging

from channels.signals import consumer_started
from django.core.signals import got_request_exception
from django.db.backends.signals import connection_created

from . import connections, requests, told


def connect():
    consumer_started.connect(connections.close_lost)
    connection_created.connect(connections.keep_alive)
    connection_created.connect(told.on_connected)
    got_request_exception.connect(requests.on_request_exception)
    logging.getLogger("django.request").addFilter(requests.OutageFilter())
