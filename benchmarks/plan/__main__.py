import argparse
import sys

from . import recorded, text
from .arithmetic import Load


def parser():
    top = argparse.ArgumentParser(prog="python -m benchmarks.plan")
    top.add_argument("--recorded", metavar="FILE", nargs="+", default=recorded.newest(),
                     help="what `python -m benchmarks growth --slug growth` wrote")
    for name, default in Load()._asdict().items():
        top.add_argument("--" + name.replace("_", "-"), type=type(default), default=default,
                         help="default: %s" % default)
    return top


def main():
    options = vars(parser().parse_args())
    results = recorded.read(options.pop("recorded"))
    print("\n\n".join(text.sections(results, Load(**options)).values()))


if __name__ == "__main__":
    sys.exit(main())
