"""
What `kubectl kustomize` makes of a folder, as far as deploy/kubernetes asks for it: Debian has none
that is new enough. test_kubernetes.py compares the two where there is a kubectl.
"""
import copy
import os
import re

import yaml


def build(folder):
    """The objects of a kustomization, without the hash that kubectl adds to generated names."""
    return Kustomization(folder).objects([])


class Kustomization:
    def __init__(self, folder):
        self.folder = folder
        self.said, = self._documents("kustomization.yaml")

    def _path(self, name):
        return os.path.normpath(os.path.join(self.folder, name))

    def _read(self, name):
        with open(self._path(name), encoding="utf8") as text:
            return text.read()

    def _documents(self, name):
        return list(yaml.safe_load_all(self._read(name)))

    def objects(self, found):
        """`found`: what there is before it, where it is a component."""
        said = self.said
        for name in said.get("resources", ()):
            is_folder = os.path.isdir(self._path(name))
            found = found + (build(self._path(name)) if is_folder else self._documents(name))
        for each in said.get("configMapGenerator", ()):
            found = self._generate(found, **each)
        for name in said.get("components", ()):
            found = Kustomization(self._path(name)).objects(found)
        for patch in said.get("patches", ()):
            self._patch(found, **patch)
        for each in found:
            self._change(each)
        return found

    def _generate(self, found, name, behavior="create", envs=(), literals=()):
        lines = [line for env in envs for line in self._read(env).splitlines()] + list(literals)
        data = dict(line.split("=", 1) for line in lines if line and line[0] != "#")
        if behavior == "merge":
            only(found, "ConfigMap", name)["data"].update(data)
            return found
        return found + [{
            "apiVersion": "v1", "kind": "ConfigMap", "data": data, "metadata": dict(
                self.said.get("generatorOptions", {}), name=name)}]

    def _patch(self, found, target, path=None, patch=None):
        change, = self._documents(path) if path else [yaml.safe_load(patch)]
        targets = [each for each in found
                   if re.fullmatch(target["kind"], each["kind"]) and
                   re.fullmatch(target.get("name", ".*"), each["metadata"]["name"])]
        assert targets, "%s: nothing is like %s" % (self.folder, target)
        for each in targets:
            if isinstance(change, list):
                for operation in change:
                    change_at(each, **operation)
            else:
                merge(each["spec"], copy.deepcopy(change["spec"]))

    def _change(self, each):
        if "namespace" in self.said:
            each["metadata"]["namespace"] = self.said["namespace"]
        for replicas in self.said.get("replicas", ()):
            if each["metadata"]["name"] == replicas["name"] and "replicas" in each["spec"]:
                each["spec"]["replicas"] = replicas["count"]
        for image in self.said.get("images", ()):
            for container in containers(each):
                if container["image"] == image["name"]:
                    container["image"] = "%(newName)s:%(newTag)s" % image


def only(objects, kind, name):
    """The one of this kind and name."""
    found, = [each for each in objects
              if (each["kind"], each["metadata"]["name"]) == (kind, name)]
    return found


def containers(each):
    template = each.get("spec", {}).get("template", {})
    return template.get("spec", {}).get("containers", [])


def merge(into, change):
    """A strategic merge: lists of named items by name, others replaced."""
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        elif isinstance(value, list) and key in into and all("name" in each for each in value):
            by_name = {each["name"]: each for each in into[key]}
            for each in value:
                merge(by_name[each["name"]], each)
        else:
            into[key] = value


def change_at(each, op, path, value=None):
    """An operation of RFC 6902: add, replace, remove."""
    *way, last = [int(part) if part.isdigit() else part for part in path[1:].split("/")]
    for part in way:
        each = each[part]
    if op != "add":
        assert last in each or isinstance(last, int), path
    if op == "remove":
        del each[last]
    else:
        each[last] = value
