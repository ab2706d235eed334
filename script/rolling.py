"""
The Python part of script/deploy. Standard library only, for whatever Python docker's host has.

    rolling.py          builds, migrates and replaces all processes but web: sockets stay up
    rolling.py --web    also replaces web2 and web, whose sockets are told to come back
"""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WAIT_SECONDS = 60  # for a new process
ROLLING = ("worker", "background", "delay", "listener")
DAPHNES = ("web2", "web")  # the first with --profile nginx only
# For these, the new one reports in Redis; for the others, its health check is used.
REPORTING = ("worker", "background", "delay")


class Problem(Exception):
    """What can be said in one line to the person who started the script."""


class Compose:
    """The docker commands that a deploy needs, for the project in this folder."""

    def __init__(self, run):
        """`run(arguments)`: runs docker and returns its output, or raises Problem."""
        self.run = run

    def build(self, services):
        self.run(["compose", "build"] + list(services))

    def migrate(self):
        self.run(["compose", "run", "--rm", "migrate"])

    def containers(self, service):
        """The ids of the containers that are running or about to."""
        return self.run(["compose", "ps", "--quiet", service]).split()

    def start_one_more(self, service, running):
        """Starts one more of a service with this many `running`, which are left alone."""
        self.run(["compose", "up", "--detach", "--no-deps", "--no-recreate",
                  "--scale", "%s=%d" % (service, running + 1), service])

    def scale_as_configured(self, service):
        self.run(["compose", "up", "--detach", "--no-deps", "--no-recreate", service])

    def wait_until_alive(self, service, container):
        """Raises Problem if it takes too long."""
        if service in REPORTING:
            host = self.run(["inspect", "--format", "{{.Config.Hostname}}", container]).strip()
            self.run(["exec", container, "python", "manage.py", "layer_stats",
                      "--wait-for", host, "--seconds", str(WAIT_SECONDS)])
        else:
            self.run(["compose", "up", "--detach", "--no-deps", "--no-recreate", "--wait",
                      "--wait-timeout", str(WAIT_SECONDS), "--scale",
                      "%s=%d" % (service, len(self.containers(service))), service])

    def remove(self, container):
        """Ends it, within the time its service is given (stop_grace_period)."""
        self.run(["stop", container])
        self.run(["rm", container])

    def replace(self, service):
        """Ends the old one, then starts a new one, for services that can't run twice."""
        self.run(["compose", "up", "--detach", "--no-deps", "--wait",
                  "--wait-timeout", str(WAIT_SECONDS), service])


class Deploy:
    """
    Replaces the processes of a running project: for each service one more is started, and an old
    one ended once that is alive; so as many as before handle messages at every moment.
    """

    def __init__(self, compose, say):
        """`say(text)`: prints a progress line."""
        self.compose = compose
        self.say = say

    def run(self, with_web):
        """Raises Problem; what hasn't been replaced by then keeps running."""
        old = {service: self.compose.containers(service) for service in ROLLING}
        if not old["worker"]:
            raise Problem("no worker runs here: docker compose up --build --detach")
        services = [service for service in ROLLING if old[service]]
        daphnes = [service for service in DAPHNES if self.compose.containers(service)]
        self.say("building")
        self.compose.build(["migrate"] + daphnes + services)
        self.say("migrating")
        self.compose.migrate()
        for service in services:
            self.roll(service, old[service])
        for service in daphnes if with_web else ():
            self.say("%s: its sockets are told to come back" % service)
            self.compose.replace(service)

    def roll(self, service, old):
        """Replaces these containers of a service."""
        for number, container in enumerate(old, 1):
            self.say("%s %d of %d" % (service, number, len(old)))
            self._replace(service, container)
        self.compose.scale_as_configured(service)

    def _replace(self, service, old):
        before = self.compose.containers(service)
        self.compose.start_one_more(service, len(before))
        new = [each for each in self.compose.containers(service) if each not in before]
        if len(new) != 1:
            raise Problem("%s: compose has started %d containers in place of one" % (
                service, len(new)))
        try:
            self.compose.wait_until_alive(service, new[0])
        except Problem as problem:
            self.compose.remove(new[0])
            raise Problem("the new %s isn't alive, the old ones go on: %s" % (service, problem))
        self.compose.remove(old)


def docker(arguments):
    """Runs docker in the project's folder; its errors are shown as they come."""
    result = subprocess.run(["docker"] + arguments, cwd=ROOT, stdout=subprocess.PIPE,
                            universal_newlines=True)
    if result.returncode:
        raise Problem("docker %s: status %d" % (" ".join(arguments), result.returncode))
    return result.stdout


def main(arguments):
    if set(arguments) - {"--web"}:
        raise SystemExit("script/deploy [--web]")
    try:
        Deploy(Compose(docker), lambda text: print("script/deploy: " + text, flush=True)).run(
            with_web=bool(arguments))
    except Problem as problem:
        raise SystemExit("script/deploy: %s" % problem)


if __name__ == "__main__":
    main(sys.argv[1:])
