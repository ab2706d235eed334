"""
The whole site as its live tests start it, on a Redis of the benchmark's own.
"""
import tempfile
from contextlib import ExitStack, contextmanager

from .redis_server import RedisServer


@contextmanager
def running(**options):
    """Yields (the Deployment, its RedisServer). Needs what requirements-dev.txt lists."""
    from tests.live import deployment
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmarks-"))
        server = RedisServer("redis", folder)
        stack.callback(server.stop)
        server.wait_for(server.answers, 10)
        site = deployment.Deployment(folder, server.url, **dict(
            {"DJANGO_SETTINGS_MODULE": "benchmarks.site_settings"}, **options))
        site.process_class = deployment.CommandLine  # as it is in production
        yield stack.enter_context(deployment.running(site)), server
