"""
deploy/nginx matches the site behind it. tests/live/test_nginx.py runs it.
"""
import os
import re

import pytest
import yaml

from channels_lts.conf import DEFAULTS, KIB, MIB
from channels_lts.layers.redis import RedisChannelLayer
from tests.support import ROOT


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf8") as text:
        return text.read()


def value(directive, file="locations.conf"):
    """What stands behind it, where it stands once."""
    found, = re.findall(r"^\s*%s\s+(.+?);" % directive, read("deploy", "nginx", file), re.M)
    return found


def seconds(directive):
    return int(re.match(r"^(\d+)s$", value(directive)).group(1))


def test_limits_are_those_of_daphnes_guards():
    assert value("large_client_header_buffers") == "2 %dk" % (DEFAULTS["MAX_HEADER_BYTES"] / KIB)
    assert value("client_max_body_size") == "%dm" % (DEFAULTS["MAX_BODY"] / MIB)
    assert value("limit_conn") == "addresses %d" % DEFAULTS["MAX_SOCKETS_PER_ADDRESS"]
    assert seconds("client_header_timeout") == DEFAULTS["HEADER_SECONDS"]
    assert seconds("client_body_timeout") == DEFAULTS["BODY_SECONDS"]


def test_nginx_waits_longer_than_daphne():
    web, = re.findall("^web: (.*)$", read("Procfile"), re.M)
    for option in ("--http-timeout", "--websocket_connect_timeout", "--ping-interval"):
        assert seconds("proxy_read_timeout") > int(re.search(option + r" (\d+)", web).group(1))
    assert seconds("proxy_send_timeout") > RedisChannelLayer().expiry


def test_compose_has_the_same_upstream_at_addresses_of_its_own():
    services = yaml.safe_load(read("docker-compose.yml"))["services"]
    at_home, in_compose = (
        re.search(r"^upstream .*?^\}", read("deploy", "nginx", name), re.M | re.S).group()
        for name in ("upstream.conf", "upstream-compose.conf"))
    found = re.findall(r"server (\w+):8000 max_fails=0 resolve;", in_compose)
    assert found == ["web", "web2"] and set(found) <= set(services)
    for number, name in enumerate(found):
        in_compose = in_compose.replace(
            name + ":8000 max_fails=0 resolve", "127.0.0.1:%d max_fails=0" % (8000 + number))
    assert in_compose == at_home


@pytest.mark.parametrize("copied, place", [
    ("deploy/nginx", "/etc/nginx/workshop"), ("deploy/nginx/nginx.conf", "/etc/nginx/nginx.conf"),
    ("deploy/nginx/plain.conf", "/etc/nginx/server.conf"),
    ("deploy/nginx/upstream-compose.conf", "/etc/nginx/workshop/upstream.conf")])
def test_the_image_has_each_file_where_it_is_included(copied, place):
    assert os.path.exists(os.path.join(ROOT, copied))
    assert "COPY %s %s\n" % (copied, place) in read("Dockerfile")


def test_the_image_has_the_static_files_where_nginx_looks():
    assert "COPY --from=site /app/staticfiles %s\n" % value("alias").rstrip("/") in read(
        "Dockerfile")


def test_every_file_is_included():
    names = set(os.listdir(os.path.join(ROOT, "deploy", "nginx")))
    text = "".join(read("deploy", "nginx", name) for name in names)
    included = set(re.findall(r"include workshop/(\S+);", text))
    assert names - included == {"nginx.conf", "plain.conf", "tls.conf", "upstream-compose.conf"}
