"""
The commands in deploy/kubernetes, as they stand, beside the processes that they ask for.
"""
import os
import socket
import subprocess
import sys

import pytest

from tests.deploy.kustomize import build, containers
from tests.support import ROOT

from .deployment import CommandLine, Deployment, running


class Site(Deployment):
    process_class = CommandLine  # probes look for processes by their commands

    def run(self, command):
        """Its status, where it is run as the kubelet runs it in a pod."""
        path = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
        return subprocess.run(
            command, cwd=ROOT, timeout=120, env=dict(
                self.environment, PATH=path, HOSTNAME=socket.gethostname())).returncode


@pytest.fixture(scope="module")
def site(tmp_path_factory, redis_url):
    with running(Site(tmp_path_factory.mktemp("pods"), redis_url, workers=1,
                      beside=["delay"])) as deployment:
        yield deployment


def commands():
    """
    {command: names} of the probes and of the migration. The pods' own commands are compose's
    (tests/deploy), which deployments run; a listener would need a PostgreSQL.
    """
    found = {}
    for each in build(os.path.join(ROOT, "deploy", "kubernetes", "overlays", "example")):
        name = each["metadata"]["name"]
        for container in containers(each) if name != "listener" else ():
            for key, value in container.items():
                if "exec" in value:
                    found.setdefault(tuple(value["exec"]["command"]), []).append((name, key))
            if each["kind"] == "Job":
                found[tuple(container["command"])] = [(name, "command")]
    return found


def test_every_command_succeeds_where_all_is_well(site):
    statuses = {command: site.run(command) for command in commands()}
    assert statuses == dict.fromkeys(commands(), 0)
    assert {name for names in commands().values() for name, _ in names} == {
        "worker", "background", "delay", "migrate"}


def test_a_worker_that_only_waits_for_redis_is_left_alive(site):
    liveness, = [command for command, names in commands().items()
                 if ("worker", "livenessProbe") in names]
    site.environment["REDIS_URL"] = "redis://127.0.0.1:1/0"
    assert site.run(liveness) == 0
