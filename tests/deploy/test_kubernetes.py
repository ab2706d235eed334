"""
deploy/kubernetes is valid for Kubernetes, and runs what the rest of the project runs.
"""
import importlib.util
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml

from tests.conftest import need
from tests.scripts import checkout
from tests.support import ROOT

from .kustomize import build, containers, only

FOLDER = os.path.join(ROOT, "deploy", "kubernetes")
EXAMPLE = os.path.join(FOLDER, "overlays", "example")
VERSIONS = ("1.31", "1.37")  # the oldest and the newest that kubernetes-validate has
COMPOSE = yaml.safe_load(checkout.read("docker-compose.yml"))["services"]
RUNNING = ("web", "worker", "background", "delay", "listener")


@pytest.fixture(scope="module")
def objects():
    return build(EXAMPLE)


@pytest.fixture(scope="module")
def pods(objects):
    """{name: spec of its pods}"""
    return {each["metadata"]["name"]: each["spec"]["template"]["spec"]
            for each in objects if containers(each)}


def settings():
    """{name: value} of what pods have in their environment; the secrets as in the example."""
    with open(os.path.join(EXAMPLE, "secret.env.example")) as text:
        secret = dict(line.strip().split("=", 1) for line in text if line[0] != "#")
    return dict(only(build(EXAMPLE), "ConfigMap", "workshop")["data"], **secret)


def site(pods, name):
    container, = pods[name]["containers"]
    return container


def without_hash(built):
    """As built without the hash of its content in the name of the settings."""
    return re.sub(r"\bworkshop-[0-9a-z]{10}\b", "workshop", built)


# What it is built to

@pytest.mark.parametrize("folder", ["base", "overlays/example"])
def test_kubectl_builds_the_same(folder):
    if not shutil.which("kubectl"):
        pytest.skip("kubectl isn't installed: tests/deploy/kustomize.py stands for it")
    folder = os.path.join(FOLDER, folder)
    built = subprocess.run(["kubectl", "kustomize", folder], stdout=subprocess.PIPE, check=True,
                           universal_newlines=True).stdout

    def by_name(objects):
        return sorted(objects, key=lambda each: (each["kind"], each["metadata"]["name"]))
    assert by_name(yaml.safe_load_all(without_hash(built))) == by_name(build(folder))


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_takes_it(objects, version):
    if sys.version_info < (3, 13):
        pytest.skip("the schemas are in 3.13's lock only: the manifests are the same")
    need(importlib.util.find_spec("kubernetes_validate"), "kubernetes-validate isn't installed")
    from kubernetes_validate import validate
    for each in objects:
        if each["kind"] != "ScaledObject":  # KEDA's, below
            validate(each, version, strict=True)


KEDA = {
    "spec": {"scaleTargetRef", "minReplicaCount", "maxReplicaCount", "advanced", "triggers"},
    "trigger": {"type", "name", "metricType", "metadata"},
    "metadata": {"serverAddress", "query", "threshold", "ignoreNullValues"},
    "behavior": {"scaleUp", "scaleDown"},
    "rules": {"policies", "stabilizationWindowSeconds"},
    "policy": {"type", "value", "periodSeconds"},
}


def scaled(objects):
    return [each for each in objects if each["kind"] == "ScaledObject"]


def test_keda_takes_it(objects):
    for each in scaled(objects):
        spec = each["spec"]
        assert each["apiVersion"] == "keda.sh/v1alpha1"
        assert set(spec) <= KEDA["spec"]
        assert list(spec["advanced"]) == ["horizontalPodAutoscalerConfig"]
        behavior, = spec["advanced"]["horizontalPodAutoscalerConfig"].values()
        assert set(behavior) <= KEDA["behavior"]
        for rules in behavior.values():
            assert set(rules) <= KEDA["rules"]
            assert all(set(policy) == KEDA["policy"] for policy in rules["policies"])
        for trigger in spec["triggers"]:
            assert set(trigger) == KEDA["trigger"] and trigger["type"] == "prometheus"
            assert trigger["metricType"] in ("Value", "AverageValue")
            assert set(trigger["metadata"]) == KEDA["metadata"]
            assert all(isinstance(value, str) for value in trigger["metadata"].values())
        names = [trigger["name"] for trigger in spec["triggers"]]
        assert len(set(names)) == len(names)


def test_what_keda_scales_has_no_number_of_its_own(objects):
    names = {each["spec"]["scaleTargetRef"]["name"] for each in scaled(objects)}
    assert names == {"web", "worker", "background"}
    for each in objects:
        if each["kind"] == "Deployment":
            assert ("replicas" in each["spec"]) == (each["metadata"]["name"] not in names)


def test_workers_follow_the_age_of_the_oldest_message_and_daphnes_their_sockets(objects):
    def first(name):
        trigger = only(objects, "ScaledObject", name)["spec"]["triggers"][0]
        return trigger["metadata"]["query"]
    left = re.search(r"--only-channels=(\S+)", " ".join(COMPOSE["background"]["command"])).group(1)
    assert "channels_lts_oldest_message_age_seconds" in first("worker")
    assert 'channel!~"daphne.*|asgi.delay|%s"' % left in first("worker")
    assert 'channel="%s"' % left in first("background")
    assert first("web").startswith("sum(channels_lts_sockets{")


def test_it_is_scaled_by_metrics_that_there_are(objects):
    queries = [trigger["metadata"]["query"] for each in scaled(objects)
               for trigger in each["spec"]["triggers"]]
    names = set(re.findall(r"channels_lts_([a-z_]+)", " ".join(queries)))
    known = checkout.read("docs", "operate.md")  # held to the metrics by their own tests
    assert [name for name in names if "`%s`" % re.sub("_sum$", "", name) not in known] == []
    assert len(names) == 4


# What is run

@pytest.mark.parametrize("name", ("migrate",) + RUNNING)
def test_a_pod_runs_what_compose_does(pods, name):
    assert site(pods, name).get("command") == COMPOSE[name].get("command")


def test_every_process_is_there(pods):
    assert set(pods) == {"migrate"} | set(RUNNING)


@pytest.mark.parametrize("name", RUNNING[1:])
def test_a_pod_is_ready_where_composes_check_says_so(pods, name):
    check = COMPOSE[name]["healthcheck"]["test"]
    assert ["CMD"] + site(pods, name)["readinessProbe"]["exec"]["command"] == check
    assert site(pods, name)["readinessProbe"]["timeoutSeconds"] == 6


@pytest.fixture
def outcome(tmp_path, pods):
    """The status of a probe's command where the Pythons that it starts have these ones."""
    def run(name, probe, **statuses):
        text = "".join("case \"$*\" in *%s*) exit %d;; esac\n" % each for each in statuses.items())
        checkout.make_command(tmp_path / "bin", "python", text + "exit 99")
        return checkout.run(
            site(pods, name)[probe]["exec"]["command"],
            {"PATH": "%s:/bin:/usr/bin" % (tmp_path / "bin"), "HOSTNAME": "h"}).returncode
    return run


@pytest.mark.parametrize("name", ["worker", "background", "delay"])
def test_a_process_is_dead_if_it_says_nothing_though_redis_answers(outcome, name):
    check = "healthcheck.py"
    assert outcome(name, "livenessProbe", **{"layer_stats": 0}) == 0
    assert outcome(name, "livenessProbe", **{"layer_stats": 1, check: 1}) == 0
    assert outcome(name, "livenessProbe", **{"layer_stats": 1, check: 0}) == 1


def test_daphne_alone_decides_whether_it_lives_and_the_whole_way_whether_it_is_asked(pods):
    web = site(pods, "web")
    assert web["livenessProbe"]["tcpSocket"] == {"port": "http"}
    assert web["readinessProbe"]["httpGet"] == {"path": "/healthz", "port": "http"}


# Its end

def test_a_daphne_has_the_time_to_drain(pods):
    pause = site(pods, "web")["lifecycle"]["preStop"]["sleep"]["seconds"]
    limit = int(settings()["DRAIN_LIMIT"])
    assert pods["web"]["terminationGracePeriodSeconds"] > pause + limit + 3
    assert int(settings()["DRAIN_SPREAD"]) < limit


@pytest.mark.parametrize("name", RUNNING[1:])
def test_a_worker_has_as_long_as_with_compose_at_least(pods, name):
    given = int(COMPOSE[name]["stop_grace_period"].rstrip("s"))
    assert pods[name]["terminationGracePeriodSeconds"] >= given


def test_no_old_pod_ends_before_a_new_one_is_ready(objects):
    for each in objects:
        if each["kind"] == "Deployment":
            assert each["spec"]["strategy"]["rollingUpdate"] == {
                "maxSurge": 1, "maxUnavailable": 0}
            assert "readinessProbe" in containers(each)[0]


# Who may do what

def test_every_pod_can_do_nothing_but_its_work(pods):
    image = re.search(r"^USER (\d+):(\d+)", checkout.read("Dockerfile"), re.M).groups()
    for spec in pods.values():
        container, = spec["containers"]
        as_whom = spec["securityContext"]
        assert (str(as_whom["runAsUser"]), str(as_whom["runAsGroup"])) == image
        assert as_whom["runAsNonRoot"] is True
        assert as_whom["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]}}
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False  # the environment is the settings' alone
        assert set(container["resources"]) == {"requests", "limits"}


def test_selectors_find_their_own_pods(objects):
    templates = {each["metadata"]["name"]: each["spec"]["template"]["metadata"]["labels"]
                 for each in objects if containers(each)}
    for each in objects:
        if each["kind"] in ("Deployment", "PodDisruptionBudget", "Service", "NetworkPolicy"):
            spec = each["spec"]
            selector = spec.get("selector") or spec["podSelector"]
            selector = selector.get("matchLabels", selector)
            found = {name for name, labels in templates.items()
                     if selector.items() <= labels.items()}
            name = each["metadata"]["name"]
            assert found == ({name} if name != "workshop" else set(templates))


# Its settings

def test_settings_are_those_of_the_site():
    known = re.findall(r"^#?([A-Z_]+)=", checkout.read(".env.example"), re.M)
    assert set(settings()) - set(known) == {"PGPASSWORD"}  # libpq's own


def test_the_site_takes_the_settings_of_the_example():
    given = settings()
    given.update({name: "x" * 50 for name, value in given.items() if not value})
    result = checkout.run(
        [sys.executable, "-c",
         "import channels_lts.compat; from workshop import settings as s; print(s.REDIS_URLS[0]); "
         "print(s.DATABASES['default']['OPTIONS']); print(s.CHANNELS_LTS['DRAIN_LIMIT'])"],
        dict(given, PATH=os.environ["PATH"]))
    assert result.stderr == ""
    redis, database, limit = result.stdout.splitlines()
    assert redis.startswith("rediss://workshop:xxx") and "verify-full" in database
    assert limit == given["DRAIN_LIMIT"]


def test_no_secret_is_in_the_settings(objects):
    assert not re.search("KEY|PASSWORD|TOKEN|_URL", str(only(objects, "ConfigMap", "workshop")))
