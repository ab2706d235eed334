"""docs/engine.md has a row for every public name of channels, and for none that isn't there."""
import ast
import importlib
import os
import re

import channels
import pytest
from channels.binding.base import Binding
from channels.binding.websockets import WebsocketBinding
from channels.generic import websockets

from channels_lts import checks
from tests.support import ROOT

VERDICTS = {"*same*", "*differs*", "*not supported*"}
CLASSES = dict(vars(websockets), Binding=WebsocketBinding, WebsocketBinding=WebsocketBinding)
# What their subclasses set, override and call.
DOCUMENTED = {
    "Binding": Binding,
    "WebsocketBinding": WebsocketBinding,
    "WebsocketConsumer": websockets.WebsocketConsumer,
    "JsonWebsocketConsumer": websockets.JsonWebsocketConsumer,
    "WebsocketMultiplexer": websockets.WebsocketMultiplexer,
    "WebsocketDemultiplexer": websockets.WebsocketDemultiplexer,
}


def text():
    with open(os.path.join(ROOT, "docs/engine.md"), encoding="utf8") as page:
        return page.read()


def rows():
    """(names, verdict, words) of the table of names."""
    _, table = text().split("| channels | here | |\n|---|---|---|\n")
    for line in table.split("\n\n")[0].splitlines():
        names, verdict, words = [cell.strip() for cell in line.strip("|").split("|")]
        yield re.findall(r"`([^`]+)`", names), verdict, words


def listed():
    return [name for names, _, _ in rows() for name in names]


def public_names():
    """(module, name) of what channels' modules define; None for the name of a command."""
    home = os.path.dirname(channels.__file__)
    for folder, _, files in os.walk(home):
        for file in files:
            path = os.path.join(folder, file)
            if not file.endswith(".py") or re.search("migrations|tests", path):
                continue
            module = os.path.relpath(path, os.path.dirname(home))[:-3].replace(os.sep, ".")
            if ".commands." in module:
                if not module.endswith("__init__"):
                    yield module, None
                continue
            with open(path, encoding="utf8") as source:
                for node in ast.parse(source.read()).body:
                    if isinstance(node, (ast.ClassDef, ast.FunctionDef)) \
                            and not node.name.startswith("_"):
                        yield module, node.name


def is_listed(module, name):
    if name is None:
        return module in listed()
    return any(each.endswith("." + name) and module.startswith(each[:-len(name) - 1])
               for each in listed())


def test_every_public_name_of_channels_has_its_row():
    assert [each for each in public_names() if not is_listed(*each)] == []


@pytest.mark.parametrize("name, owner", sorted(DOCUMENTED.items(), key=str))
def test_so_has_what_its_classes_let_a_subclass_set_or_call(name, owner):
    own = {each for each in vars(owner) if not each.startswith("_")}
    inherited = {each.split(".")[1] for each in listed() if each.split(".")[0] in CLASSES}
    assert own - inherited == set()


def test_every_name_with_a_row_is_there():
    for name in listed():
        owner, _, attribute = name.rpartition(".")
        if owner in CLASSES:
            found = CLASSES[owner]
        elif ".commands" in owner:
            found = importlib.import_module(owner)
            importlib.import_module(name)
        else:
            found = importlib.import_module(owner)
        assert attribute in dir(found), name


def test_no_name_stands_twice_and_every_row_has_a_verdict_and_its_reason():
    assert len(set(listed())) == len(listed())
    for names, verdict, words in rows():
        assert verdict in VERDICTS and (words or verdict == "*same*"), names


def test_every_check_of_settings_is_explained():
    source = open(checks.__file__, encoding="utf8").read()
    for number in re.findall(r'id="channels_lts\.(\w+)"', source):
        assert "| `%s` |" % number in text()


def test_links_of_the_packages_page_work_away_from_the_repository():
    assert [link for link in re.findall(r"\]\(([^)]+)\)", text())
            if not link.startswith("https://")] == []
