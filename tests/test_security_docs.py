"""docs/security.md is looked at whenever a pinned version or a guard's setting changes."""
import os
import re
from collections import Counter

import pytest

from channels_lts.conf import DEFAULTS, KIB, MIB
from tests.support import ROOT

PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)
CELL = re.compile(r"^`(.+)`$")
ADVISORY = re.compile(r"CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+")
ADVISORIES, SETTINGS = "package", "setting"  # first cells of the tables' heads
DATE = r"20\d\d-\d\d-\d\d"


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf8") as text:
        return text.read()


def rows(table):
    """The cells of each row of the table whose head begins with `table`."""
    lines = read("docs/security.md").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("| %s " % table))
    for line in lines[first + 2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def without_advisories():
    """The packages of the sentence "None known on …"."""
    (names,) = re.findall(r"^None known on %s:\n(.+?)\.\n\n" % DATE, read("docs/security.md"),
                          re.MULTILINE | re.DOTALL)
    return [named(package) for package in names.split(",")]


def named(cell):
    name, version = cell.split()
    return re.sub(r"[-_.]+", "-", name).lower(), version


def with_advisories():
    return [named(row[0]) for row in rows(ADVISORIES)]


def test_every_pinned_version_has_its_rows_or_is_named_as_without_advisories():
    pinned = set(PIN.findall(read("requirements/3.7.txt")))
    assert set(with_advisories() + without_advisories()) == pinned, (
        "look up the advisories of what differs, then change its rows in docs/security.md")


def test_no_package_has_advisories_and_none():
    assert not set(with_advisories()) & set(without_advisories())
    assert Counter(without_advisories()).most_common(1)[0][1] == 1


def test_every_row_says_what_it_does_whether_it_is_reached_and_what_is_in_front():
    for row in rows(ADVISORIES):
        assert len(row) == 5 and all(row), row


def test_every_advisory_is_a_number_that_stands_once_with_its_package():
    found = Counter()
    for package, advisories, _what, _reached, _in_front in rows(ADVISORIES):
        for advisory in advisories.split(", "):
            assert ADVISORY.fullmatch(advisory) or advisory == "no number", advisory
            found[package, advisory] += 1
    assert [each for each, times in found.items() if times > 1] == []


def test_the_settings_in_front_of_an_advisory_exist():
    for row in rows(ADVISORIES):
        for setting in re.findall(r"`([A-Z_]{6,})`", row[-1]):
            assert setting in DEFAULTS, row


def test_every_setting_of_the_engine_is_documented_and_nothing_else():
    assert {CELL.match(row[0]).group(1) for row in rows(SETTINGS)} == set(DEFAULTS)


@pytest.mark.parametrize("name,default", [
    (row[0].strip("`"), CELL.match(row[1]).group(1)) for row in rows(SETTINGS)
    if CELL.match(row[1])])
def test_the_documented_default_is_the_default(name, default):
    assert eval(default, {"KIB": KIB, "MIB": MIB}) == DEFAULTS[name]
