"""`pip install .` gives the engine alone, and says what it needs."""
import os
import zipfile
from email import message_from_bytes

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import channels_lts
from tests.support import ROOT

from . import environment

import packages  # isort:skip (of script/, by the path that environment adds)

SETTINGS = """
import channels_lts.compat
import django, importlib, pkgutil, sys
from django.conf import settings
settings.configure(
    SECRET_KEY="x", CHANNEL_LAYERS={"default": {"BACKEND": %r, "ROUTING": "somewhere"}},
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    INSTALLED_APPS=["channels_lts", "channels", "channels.delay", "django.contrib.auth",
                    "django.contrib.contenttypes", "django.contrib.sessions"])
"""
EVERY_MODULE = SETTINGS % "asgiref.inmemory.ChannelLayer" + """
django.setup()
import channels_lts
for _finder, name, _is_package in pkgutil.walk_packages(channels_lts.__path__, "channels_lts."):
    importlib.import_module(name)
print(channels_lts.__file__)
"""
SITE = {"djangorestframework", "django-filter", "django-webpack-loader", "whitenoise", "markdown",
        "dj-database-url", "python-dotenv"}


@pytest.fixture(scope="module")
def files(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def metadata(files):
    content, = (content for name, content in files.items() if name.endswith("/METADATA"))
    return message_from_bytes(content)


@pytest.fixture(scope="module")
def requirements(metadata):
    """Those of this Python, with all extras."""
    found = [Requirement(line) for line in metadata.get_all("Requires-Dist")]
    return [each for each in found if each.marker is None or any(
        each.marker.evaluate({"extra": extra}) for extra in metadata.get_all("Provides-Extra"))]


def test_the_wheel_holds_the_engine_whole_and_alone(files):
    ours = {name for name in files if ".dist-info/" not in name}
    assert ours == {path for path in environment.source_files()
                    if path.startswith("channels_lts/") and not path.endswith(".po")}


def test_the_wheel_says_what_it_is(files, metadata):
    with open(os.path.join(ROOT, "docs", "engine.md"), encoding="utf8") as page:
        assert metadata.get_payload(decode=True).decode("utf8").strip() == page.read().strip()
    assert metadata["Version"] == channels_lts.__version__
    assert metadata["License"] == "BSD-3-Clause"
    assert any(".dist-info/" in name and name.endswith("/LICENSE") for name in files)
    assert metadata["Requires-Python"] == "<3.14,>=3.7"


def applies(requirement):
    """True if it is asked for on this Python."""
    return requirement.marker is None or any(
        requirement.marker.evaluate({"extra": extra})
        for extra in [""] + environment.EXTRAS.split(","))


def test_the_pinned_set_is_within_the_ranges(requirements):
    versions = packages.pins(packages.lock())
    assert [str(each) for each in requirements
            if applies(each)
            and not each.specifier.contains(versions[canonicalize_name(each.name)])] == []


def test_nothing_that_only_the_site_needs_is_asked_for(requirements):
    assert not {canonicalize_name(each.name) for each in requirements} & SITE


def test_every_module_finds_what_it_imports(wheel, tmp_path):
    place = environment.run(EVERY_MODULE, tmp_path).strip().splitlines()[-1]
    assert place == os.path.join(environment.VENV, "lib", "python%d.%d" % environment.VERSION,
                                 "site-packages", "channels_lts", "__init__.py")
    assert "No broken requirements" in environment.pip("--python", environment.PYTHON, "check")


@pytest.mark.parametrize("module,extra,layer", [
    ("hiredis", "redis", "channels_lts.layers.redis.RedisChannelLayer"),
    ("posix_ipc", "ipc", "channels_lts.layers.ipc.IPCChannelLayer"),
])
def test_a_layer_without_its_extra_says_in_a_line_what_to_install(
        wheel, tmp_path, module, extra, layer):
    code = SETTINGS % layer + (
        "sys.modules[%r] = None\nfrom channels.asgi import get_channel_layer\n"
        "get_channel_layer()" % module)
    assert environment.run(code, tmp_path).splitlines()[-1].endswith(
        'ImproperlyConfigured: %s is missing: pip install "channels-lts[%s]"' % (module, extra))
