"""script/deploy: in which order it replaces what runs."""
import pytest

from . import checkout  # noqa: F401 (adds script/ to the path)

import rolling  # isort:skip


class Docker:
    """Replaces docker: what is running, and what was asked of it."""

    def __init__(self, **running):
        self.running = {service: ["%s-%d" % (service, number) for number in range(1, count + 1)]
                        for service, count in running.items()}
        self.started = 0
        self.log = []
        self.dead = ()  # services whose new containers don't come up
        self.fewest = {service: count for service, count in running.items()}

    def __call__(self, arguments):
        command = arguments[1] if arguments[0] == "compose" else arguments[0]
        return getattr(self, "_" + command)(arguments) or ""

    def _build(self, arguments):
        self.log.append(" ".join(arguments[1:]))

    _run = _build

    def _ps(self, arguments):
        return "\n".join(self.running.get(arguments[-1], []))

    def _up(self, arguments):
        service = arguments[-1]
        if "--scale" in arguments:
            number = int(arguments[arguments.index("--scale") + 1].partition("=")[2])
            for _ in range(number - len(self.running[service])):
                self.started += 1
                self.running[service].append("new-%s-%d" % (service, self.started))
                self.log.append("start " + self.running[service][-1])
        if "--wait" in arguments:
            self._look(service)
            self.log.append("wait for " + service)

    def _inspect(self, arguments):
        return "host-of-%s\n" % arguments[-1]

    def _exec(self, arguments):
        container = arguments[1]
        assert arguments[arguments.index("--wait-for") + 1] == "host-of-" + container
        self._look(container.split("-")[1])
        self.log.append("alive " + container)

    def _look(self, service):
        if service in self.dead:
            raise rolling.Problem("not alive")

    def _stop(self, arguments):
        for service, containers in self.running.items():
            if arguments[1] in containers:
                containers.remove(arguments[1])
                self.fewest[service] = min(self.fewest[service], len(containers))
        self.log.append("stop " + arguments[1])

    def _rm(self, arguments):
        pass


def deploy(docker, with_web=False):
    rolling.Deploy(rolling.Compose(docker), lambda text: None).run(with_web)


def test_each_new_one_is_alive_before_an_old_one_ends():
    docker = Docker(web=1, worker=2, delay=1)
    deploy(docker)
    assert docker.log == [
        "build migrate web worker delay", "run --rm migrate",
        "start new-worker-1", "alive new-worker-1", "stop worker-1",
        "start new-worker-2", "alive new-worker-2", "stop worker-2",
        "start new-delay-3", "alive new-delay-3", "stop delay-1"]
    assert docker.fewest == {"web": 1, "worker": 2, "delay": 1}


def test_web_is_replaced_last_and_only_when_it_is_asked_for():
    docker = Docker(web=1, worker=1)
    deploy(docker, with_web=True)
    assert docker.log[-2:] == ["stop worker-1", "wait for web"]


def test_one_daphne_after_the_other_is_replaced():
    docker = Docker(web=1, web2=1, worker=1)
    deploy(docker, with_web=True)
    assert docker.log[0] == "build migrate web2 web worker"
    assert docker.log[-2:] == ["wait for web2", "wait for web"]


def test_what_reports_nothing_is_waited_for_by_its_health_check():
    docker = Docker(web=1, worker=1, listener=1)
    deploy(docker)
    assert docker.log[-3:] == ["start new-listener-2", "wait for listener", "stop listener-1"]


@pytest.mark.parametrize("service", ["worker", "listener"])
def test_when_the_new_one_is_not_alive_it_is_taken_away_and_the_old_ones_go_on(service):
    docker = Docker(web=1, worker=2, listener=1)
    before = list(docker.running[service])
    docker.dead = (service,)
    with pytest.raises(rolling.Problem, match="the new %s isn't alive" % service):
        deploy(docker)
    assert docker.running[service] == before


def test_without_running_workers_there_is_nothing_to_replace():
    docker = Docker(web=1)
    with pytest.raises(rolling.Problem, match="no worker runs here"):
        deploy(docker)
    assert docker.log == []


def test_a_failed_migration_replaces_nothing():
    docker = Docker(web=1, worker=1)

    def run(arguments):
        if "migrate" in arguments and "run" in arguments:
            raise rolling.Problem("status 1")
        return docker(arguments)
    with pytest.raises(rolling.Problem):
        deploy(run)
    assert docker.running["worker"] == ["worker-1"]


def test_an_unknown_argument_deploys_nothing():
    with pytest.raises(SystemExit, match="script/deploy"):
        rolling.main(["--wbe"])
