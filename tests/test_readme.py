"""Everything that the README refers to exists."""
import glob
import os
import re

import pytest

from tests.support import ROOT


def read():
    with open(os.path.join(ROOT, "README.md"), encoding="utf8") as page:
        return page.read()


def places():
    """The paths in "Where to change what"; those of its first table are the engine's."""
    engine, site = read().split("## Where to change what")[1].split("The site:")
    for home, table in ("channels_lts", engine), ("", site):
        for row in table.splitlines():
            if row.startswith("| ") and not row.startswith("| to change"):
                for path in re.findall(r"`([\w/.]+)`", row.split("|")[2]):
                    yield home, path


@pytest.mark.parametrize("home, path", sorted(set(places())))
def test_the_places_where_to_change_something_are_there(home, path):
    candidates = [os.path.join(home, path), path, os.path.join("*", path)]
    assert any(glob.glob(os.path.join(ROOT, each)) for each in candidates), path


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", read()))))
def test_its_links_lead_somewhere(link):
    path, _, anchor = link.partition("#")
    assert os.path.exists(os.path.join(ROOT, path))
    if anchor:
        with open(os.path.join(ROOT, path), encoding="utf8") as page:
            heads = re.findall(r"^#+ (.+)$", page.read(), re.MULTILINE)
        slugs = [re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads]
        assert anchor in slugs


def test_it_stays_short():
    assert len(read().split()) <= 1200
