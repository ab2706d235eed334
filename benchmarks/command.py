"""
The command line: python -m benchmarks <question> [options].
"""
import argparse
import json
import signal
import sys
from collections import OrderedDict

from . import report
from .contestants import CONTESTANTS, DEFAULT, able
from .questions import ALONE, QUESTIONS
from .versions import environment, load


def names_among(known):
    """A type for argparse: some of these names, comma separated."""
    def names(text):
        found = text.split(",")
        unknown = set(found) - set(known)
        if unknown:
            raise argparse.ArgumentTypeError("unknown: %s; there are %s" % (
                ", ".join(sorted(unknown)), ", ".join(known)))
        return found
    return names


def parser():
    top = argparse.ArgumentParser(prog="python -m benchmarks", description="Benchmarks of the "
                                  "channel layer, the contestants interleaved in one run.")
    commands = top.add_subparsers(dest="question", metavar="question")
    commands.required = True
    everything = commands.add_parser(
        "all", help="every question but python, or those of --questions; writes benchmarks/results")
    common(everything)
    everything.set_defaults(slug="all")
    everything.add_argument(
        "--questions", type=names_among(QUESTIONS),
        default=[name for name in QUESTIONS if name not in ALONE],
        help="comma separated (default: all but %s)" % ", ".join(ALONE))
    for name, module in QUESTIONS.items():
        help_line = module.__doc__.strip().splitlines()[0]
        command = commands.add_parser(name, help=help_line, description=help_line)
        common(command)
        for each in (command, everything):
            getattr(module, "arguments", lambda parser: None)(each)
    return top


def common(command):
    command.add_argument("--contestants", type=names_among(CONTESTANTS), default=DEFAULT,
                         help="comma separated, of %s (default: all but stock-twisted)"
                              % ", ".join(CONTESTANTS))
    command.add_argument("--rounds", type=int, default=5, help="counted rounds (default 5)")
    command.add_argument("--warmup", type=int, default=2, help="rounds before them (default 2)")
    command.add_argument("--workshop-path", metavar="DIR",
                         help="take the workshop package from this checkout (default: this one)")
    command.add_argument("--slug", help="write benchmarks/results/<date>-SLUG.md and .json")
    command.add_argument("--json", metavar="FILE", help="write what was measured to FILE")


def say(text):
    print(text, file=sys.stderr, flush=True)


def interrupt(number, frame):
    raise KeyboardInterrupt


def main(arguments=None):
    options = parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)  # every process is ended on the way out
    names = options.questions if options.question == "all" else [options.question]
    try:
        return run(names, options)
    except KeyboardInterrupt:
        say("interrupted; every process was ended")
        return 130


def run(names, options):
    before, left_out = load(), OrderedDict()
    results, sections = OrderedDict(), OrderedDict()
    for name in names:
        asked = argparse.Namespace(
            **dict(vars(options), contestants=able(options.contestants, name)))
        results[name] = QUESTIONS[name].measure(asked, left_out, say)
        sections[name] = report.section(QUESTIONS[name], results[name])
        print("\n%s\n" % sections[name], flush=True)
    finish(options, environment(before), left_out, results, sections)
    return 0


def finish(options, machine, left_out, results, sections):
    command = "python -m benchmarks " + " ".join(sys.argv[1:])
    misses = report.misses(QUESTIONS, results)
    print("Not met:\n%s" % "\n".join(misses) if misses else "Nothing measured was missed.")
    data = {"command": command, "environment": machine, "left_out": left_out, "results": results}
    if options.json:
        with open(options.json, "w") as stream:
            json.dump(data, stream, indent=1)
    if options.slug:
        if misses:
            sections = OrderedDict([("Not met", "\n".join(misses))] + list(sections.items()))
        path = report.write(options.slug, report.document(command, machine, left_out, sections),
                            data)
        print("written to %s.md and .json" % path)
