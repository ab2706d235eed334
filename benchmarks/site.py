"""
The whole site as its live tests start it, on a Redis of the benchmark's own.
"""
import tempfile
from contextlib import ExitStack, contextmanager

from .redis_server import RedisServer

PRODUCTION = {"DEBUG": "0", "HTTPS": "0",
              "SECRET_KEY": "for benchmarks only, and as long as the checks want it"}


@contextmanager
def running(is_production=False, **options):
    """
    Yields (the Deployment, its RedisServer). Needs what requirements-dev.txt lists.
    `is_production`: with the settings of a deployment; the static files are collected.
    """
    from tests.live import deployment
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmarks-"))
        server = RedisServer("redis", folder)
        stack.callback(server.stop)
        server.wait_for(server.answers, 10)
        site = deployment.Deployment(folder, server.url, **dict(
            {"DJANGO_SETTINGS_MODULE": "benchmarks.site_settings"}, **options))
        site.process_class = deployment.CommandLine  # as it is in production
        if is_production:
            site.make_database()  # the demo accounts need DEBUG
            site.environment.update(PRODUCTION)
            site.manage("collectstatic", "--noinput")
        yield stack.enter_context(deployment.running(site)), server
