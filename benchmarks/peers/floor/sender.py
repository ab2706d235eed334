"""
Publishes to the floor's server.

    python sender.py REDIS_PORT
"""
import sys
import time

import redis

from benchmarks import jsonlines

connection = redis.StrictRedis(port=int(sys.argv[1]))


def send(groups, text):
    begun = time.monotonic()
    for group in groups:
        connection.publish(group, text)
    return {"begun": begun, "blocked": time.monotonic() - begun}


jsonlines.serve({"send": send, "session": dict})
