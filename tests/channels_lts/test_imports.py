"""
Who may import whom in the engine. docs/architecture.md has the order, and its reasons.

By hand, not by import-linter: that can forbid `django`, but not `django.conf` alone.
"""
import os
import re

import pytest

from tests.support import ROOT
from tests.support.fresh import run
from tests.support.imports import imports, is_within, modules

ENGINE = "channels_lts"
SITE = ("workshop", "links", "display", "chat", "primer")
# Tests and benchmarks aren't shipped; the others are the site's choices.
FOREIGN = SITE + ("tests", "benchmarks", "rest_framework", "django_filters", "whitenoise",
                  "webpack_loader")

# From the bottom up. A part may import what is below it, not what stands beside or above it.
# A part is its module or package without the parts in it that are named themselves.
ORDER = (
    ("conf", "compat", "extras", "frames", "logs", "models", "packing", "redis", "session_backend",
     "layers.metrics"),
    ("caches", "crypto", "ratelimit", "layers.base", "layers.drop_log", "postgresql"),
    ("security",),
    ("language", "sessions", "security.daphne"),
    ("layers.redis", "layers.ipc", "auth"),
    ("outages",),
    ("layers.redis.daphne", "binding", "worker", "presence"),
    ("generic", "delay", "listener"),
    ("metrics",),
    ("checks", "admin", "management", "test"),
    ("apps", "templatetags", "__main__"),
)
LEVELS = {"%s.%s" % (ENGINE, part): level for level, parts in enumerate(ORDER) for part in parts}

# Seams between two parts, each late: in a function.
SEAMS = {
    # daphne's side brings Twisted's reactor along, which no worker wants.
    ("layers.redis", "layers.redis.daphne"),
}

# What fails without a package: the extra that brings it, and the parts that need it.
OPTIONAL = {
    "hiredis": ("redis", ("layers.redis", "management.commands.layer_stats")),
    "prometheus_client": ("metrics", ("metrics.exposition",)),
    "asgi_ipc": ("ipc", ("layers.ipc",)),
    "posix_ipc": ("ipc", ("layers.ipc",)),
    "confusable_homoglyphs": ("names", (
        "security.names", "security.throttling", "security.middleware")),
    "django_redis": (None, ()),  # a project's settings name it, nothing here does
}


def part_of(name):
    """The part that a module, or what is imported from one, belongs to; None: the package's."""
    found = [part for part in LEVELS if is_within(name, part)]
    return max(found, key=len) if found else None


def own_imports():
    """(module, its part, name, the name's part, is_late) of what crosses from part to part."""
    for each in imports(ENGINE):
        if is_within(each.name, ENGINE):
            part, other = part_of(each.module), part_of(each.name)
            if part and other and part != other:
                yield each.module, part, each.name, other, each.is_late


def short(part):
    return part[len(ENGINE) + 1:]


def test_every_module_of_the_engine_has_its_place_in_the_order():
    bare = {ENGINE, ENGINE + ".layers"}  # packages that hold parts, and no code of their own
    assert [name for name in modules(ENGINE) if not part_of(name) and name not in bare] == []


def test_the_documented_order_is_this_one():
    with open(os.path.join(ROOT, "docs/architecture.md"), encoding="utf8") as page:
        table = page.read().split("| from the top | why there |\n|---|---|\n")[1].split("\n\n")[0]
    rows = [set(re.findall(r"`([\w.]+)`", line.split("|")[1])) for line in table.splitlines()]
    assert rows[::-1] == [set(parts) for parts in ORDER]


def test_the_engine_imports_nothing_of_the_site():
    assert [each for each in imports(ENGINE)
            if any(is_within(each.name, name) for name in FOREIGN)] == []


def test_only_conf_reads_djangos_settings():
    assert {each.module for each in imports(ENGINE) if is_within(each.name, "django.conf")
            and not is_within(each.name, "django.conf.urls")} == {ENGINE + ".conf"}


def test_a_part_imports_what_is_below_it():
    assert [(module, name) for module, part, name, other, _ in own_imports()
            if (short(part), short(other)) not in SEAMS
            and LEVELS[part] <= LEVELS[other]] == []


def test_a_seam_is_crossed_late():
    crossed = [(module, is_late) for module, part, _, other, is_late in own_imports()
               if (short(part), short(other)) in SEAMS]
    assert [module for module, is_late in crossed if not is_late] == []
    assert crossed, "there is no such seam any more: take it out of SEAMS"


@pytest.mark.parametrize("missing", sorted(OPTIONAL))
def test_without_an_optional_package_only_what_needs_it_fails_and_names_the_extra(missing):
    extra, needed_by = OPTIONAL[missing]
    failed = dict(line.split(" ", 1) for line in run(TRY_ALL % (missing, names())).splitlines())
    assert set(failed.values()) <= {
        '%s is missing: pip install "channels-lts[%s]"' % (missing, extra)}
    assert bool(failed) == bool(needed_by)
    assert [name for name in failed
            if not any(is_within(short(name), part) for part in needed_by)] == []


def names():
    return sorted(modules(ENGINE))


TRY_ALL = """
import importlib, sys
import django
from django.conf import settings

class Missing:
    name = %r

    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] == self.name:
            raise ModuleNotFoundError("No module named %%r" %% name, name=name)

sys.meta_path.insert(0, Missing())
settings.configure(
    SECRET_KEY="x", INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes",
                                    "django.contrib.sessions", "channels_lts", "channels",
                                    "channels.delay"],
    CHANNEL_LAYERS={"default": {"BACKEND": "asgiref.inmemory.ChannelLayer"}})
django.setup()
for name in %r:
    try:
        importlib.import_module(name)
    except Exception as error:
        print(name, error)
"""
