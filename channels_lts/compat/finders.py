"""
Finders of modules that only have find_module, which the import system supported until 3.12.

django/utils/six.py: class _SixMetaPathImporter(object) … def find_module(self, fullname, path=None)
"""
import sys
from importlib.util import spec_from_loader

SINCE = (3, 12)


class FindModuleFinder:
    """Asks the finders of sys.meta_path that have no find_spec, after all that have one."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        for finder in sys.meta_path:
            if not hasattr(finder, "find_spec") and hasattr(finder, "find_module"):
                loader = finder.find_module(name, path)
                if loader is not None:
                    return spec_from_loader(name, loader)
        return None


def restore():
    sys.meta_path.append(FindModuleFinder)
