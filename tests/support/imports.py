"""
What a package's modules import, according to their text: at the top, in functions, conditionally.
"""
import ast
import os
from collections import namedtuple
from functools import lru_cache

from . import ROOT

# `module` imports `name`, a module or a name in one; `is_late`: in a function, when it is
# called.
Import = namedtuple("Import", "module name is_late")


def modules(package):
    """{name: path} of a package's modules, itself included."""
    found = {}
    for folder, _folders, files in os.walk(os.path.join(ROOT, package)):
        name = os.path.relpath(folder, ROOT).replace(os.sep, ".")
        for file in files:
            if file == "__init__.py":
                found[name] = os.path.join(folder, file)
            elif file.endswith(".py"):
                found["%s.%s" % (name, file[:-3])] = os.path.join(folder, file)
    return found


@lru_cache(maxsize=None)
def imports(package):
    """Every Import of a package's modules, with names made absolute."""
    known = modules(package)
    return [Import(module, name, is_late) for module, path in sorted(known.items())
            for name, is_late in _imports_of(module, path)]


def _imports_of(module, path):
    parent = module if path.endswith("__init__.py") else module.rpartition(".")[0]
    with open(path, encoding="utf8") as text:
        tree = ast.parse(text.read())
    late = {id(node) for function in ast.walk(tree)
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            for node in ast.walk(function)}
    for node in ast.walk(tree):
        for name in _names(node, parent):
            yield name, id(node) in late


def _names(node, parent):
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom):
        base = _absolute(node, parent)
        return ["%s.%s" % (base, each.name) for each in node.names]
    return []


def _absolute(node, parent):
    if not node.level:
        return node.module
    parts = parent.split(".")
    above = parts[:len(parts) - node.level + 1]
    return ".".join(above + ([node.module] if node.module else []))


def is_within(name, package):
    return name == package or name.startswith(package + ".")
