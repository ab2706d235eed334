#!/usr/bin/env python
import channels_lts.compat  # noqa: F401 (before Django)

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError
    from django_redis.exceptions import ConnectionInterrupted
    from redis.exceptions import RedisError
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit("workshop: the database says: %s" % " ".join(str(error).split()))
    except (RedisError, ConnectionInterrupted) as error:
        if "--traceback" in sys.argv:
            raise
        text = " ".join(str(getattr(error, "parent", None) or error).split())
        sys.exit("workshop: %s" % (text if "Redis at" in text else "Redis can't be asked: " + text))
