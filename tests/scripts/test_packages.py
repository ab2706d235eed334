"""requirements/: one lock for each Python, and what is installed matches it."""
import glob
import os
import re
import sys

import pytest

from . import checkout

import locks  # isort:skip (of script/, by the path that checkout adds)
import packages  # isort:skip

PYTHONS = ("3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")


def read(name):
    return checkout.read("requirements", name)


@pytest.mark.parametrize("kind", ["", "dev-", "build-"])
@pytest.mark.parametrize("version", PYTHONS)
def test_every_python_has_its_locks_with_exact_versions_and_hashes(version, kind):
    text = re.sub(r"^ *#.*\n", "", read(kind + version + ".txt"), flags=re.MULTILINE)
    entries = re.split(r"\n(?=\w)", text.strip())
    assert len(entries) == len(packages.PIN.findall(text)) > 3
    for entry in entries:
        assert re.fullmatch(r"[\w.-]+==[\w.]+( \\\n    --hash=sha256:[0-9a-f]{64})+", entry), entry


def test_no_other_python_has_a_lock():
    assert tuple(locks.versions()) == PYTHONS
    listed = re.search(r'PYTHON_VERSIONS="(.+)"', checkout.read("script", "lib.sh")).group(1)
    assert listed.split() == list(reversed(PYTHONS))


@pytest.mark.parametrize("version", PYTHONS)
def test_what_is_tested_has_the_versions_that_production_has(version):
    production, tested = (packages.pins(os.path.join(packages.FOLDER, kind + version + ".txt"))
                          for kind in ("", "dev-"))
    assert production.items() <= tested.items()


def test_what_a_person_asks_for_is_in_the_locks():
    asked = re.findall(r"^([A-Za-z][\w.-]*)", read("production.in") + read("development.in"), re.M)
    found = set()
    for path in glob.glob(os.path.join(packages.FOLDER, "dev-*.txt")):
        found.update(packages.pins(path))
    assert {packages.canonical(name) for name in asked} - found == set()


def test_requirements_txt_is_what_the_locks_say():
    assert checkout.read("requirements.txt") == locks.merged(), "run script/lock"


@pytest.mark.parametrize("found, expected", [
    ([1, 1, 1], [(1, 0, 2)]),
    ([1, 2, 2, 3], [(1, 0, 0), (2, 1, 2), (3, 3, 3)]),
    ([None, 1, None, 1], [(1, 1, 1), (1, 3, 3)]),
])
def test_neighbours_of_one_version_share_a_line(found, expected):
    assert list(locks.runs(found)) == expected


def test_a_line_of_requirements_txt_names_the_pythons_that_it_is_for():
    assert locks.line("a", "1", "3.7", [], 0) == "a==1"
    assert locks.line("a", "1", "3.8", ["3.10"], 1) == (
        'a==1; python_version >= "3.8" and python_version < "3.10"')


def test_what_is_installed_is_what_the_lock_says():
    metadata = pytest.importorskip("importlib.metadata" if sys.version_info >= (3, 8)
                                   else "importlib_metadata")
    found = {packages.canonical(each.metadata["Name"]): each.version
             for each in metadata.distributions(path=[path for path in sys.path
                                                      if path.endswith("site-packages")])}
    assert found == packages.pins(packages.lock("dev-"))


def test_msgpack_is_the_fast_one():
    assert packages.has_fast_msgpack(sys.executable)


def test_an_entry_of_a_lock_has_its_hashes_and_no_others(tmp_path):
    path = tmp_path / "3.7.txt"
    path.write_text("# made by\na==1 \\\n    --hash=sha256:aa\nab==2 \\\n    --hash=sha256:bb\n")
    assert packages.entry(str(path), "a") == "a==1 \\\n    --hash=sha256:aa"
