"""
The code of docs/primer.md for Channels 4, which can't run here: what it refers to exists, and what
one block sends, another one receives.
"""
import ast
import importlib
import re

import pytest
from pyflakes.checker import Checker

from primer import source
from primer.examples import EXAMPLES

ROUTING, *BLOCKS = re.findall(r"```python\n(.*?)```", source.read(source.DOCUMENT), re.S)
CODE = "\n".join(BLOCKS)

# Nobody sends to it here, nor in the example's own code.
SILENT = {"test"}


def found(pattern, code=CODE):
    return set(re.findall(pattern, code))


def test_each_example_has_a_block():
    assert len(BLOCKS) == len(EXAMPLES)


@pytest.mark.parametrize(
    "code", [ROUTING] + BLOCKS, ids=["block%d" % number for number in range(len(BLOCKS) + 1)])
def test_a_block_defines_or_imports_what_it_uses_and_nothing_else(code):
    messages = Checker(ast.parse(code)).messages
    assert [str(message) for message in messages] == []


def test_what_the_blocks_import_from_the_project_is_there():
    imports = [node for block in BLOCKS for node in ast.walk(ast.parse(block))
               if isinstance(node, ast.ImportFrom) and node.level == 1]
    assert {node.module for node in imports} == {"models", "news", "primes", "requests"}
    for node in imports:
        module = importlib.import_module("primer." + node.module)
        assert [name.name for name in node.names if not hasattr(module, name.name)] == []


def test_the_routing_has_every_consumer_at_the_path_of_its_example():
    assert found(r"consumers\.(\w+)", ROUTING) == found(r"(?m)^class (\w+)\(")
    assert found(r'path\("(.*?)"', ROUTING) - {""} == {
        example.path.lstrip("/") for example in EXAMPLES}


def test_django_is_set_up_before_the_consumers_are_imported():
    assert ROUTING.index("get_asgi_application()") < ROUTING.index("import consumers")


def test_every_group_that_is_joined_is_sent_to_and_the_other_way_round():
    joined = found(r'groups = \["([\w-]+)"\]') | found(r'group_add\("([\w-]+)"')
    assert joined - SILENT == found(r'group_send\)\(\s*"([\w-]+)"')


def test_every_event_has_its_method():
    events = found(r'"type": "([\w.]+)"')
    assert {event.replace(".", "_") for event in events} == found(r"def (\w+)\(self, event\)")
