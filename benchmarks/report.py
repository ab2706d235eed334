"""
Tables and checks as text, for the terminal and for benchmarks/results.
"""
import datetime
import json
import os
import re

RESULTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "results")
WORDS = {True: "met", False: "NOT MET", None: "not measured"}


def markdown_table(header, rows):
    rows = [[str(cell) for cell in row] for row in [header] + rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    lines = ["| %s |" % " | ".join(cell.ljust(width) for cell, width in zip(row, widths))
             for row in rows]
    lines.insert(1, "|%s|" % "|".join("-" * (width + 2) for width in widths))
    return "\n".join(lines)


def section(module, results):
    """The tables and the checks of one question."""
    parts = [module.__doc__.strip()]
    for title, header, rows in module.tables(results):
        parts.append("**%s**\n\n%s" % (title, markdown_table(header, rows)))
    checks = module.checks(results)
    if checks:
        parts.append(markdown_table(["demand", "measured", ""], [
            [check.text, check.measured, WORDS[check.met]] for check in checks]))
    return "\n\n".join(parts)


def document(command, environment, left_out, sections):
    """A whole report; unmet demands come first."""
    parts = ["# Benchmark of %s" % datetime.date.today().isoformat()]
    parts.append("    %s" % command)
    parts.append("\n".join("- %s: %s" % pair for pair in environment.items()))
    if left_out:
        parts.append("Left out or dropped out:\n\n" + "\n".join(
            "- %s: %s" % (name, reason.strip()) for name, reason in left_out.items()))
    parts.append("Medians of interleaved rounds; method and limits in benchmarks/README.md.")
    for name, text in sections.items():
        parts.append("## %s\n\n%s" % (name, text))
    return "\n\n".join(parts) + "\n"


def misses(modules, results):
    """The demands that were measured and not met, as lines of text."""
    return ["- %s: %s" % (check.text, check.measured)
            for name, module in modules.items() if name in results
            for check in module.checks(results[name]) if check.met is False]


def write(slug, text, data):
    """Writes benchmarks/results/<date>-<slug>.md and .json; returns the path without the ending."""
    slug = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-")
    path = os.path.join(RESULTS, "%s-%s" % (datetime.date.today().isoformat(), slug))
    with open(path + ".md", "w") as stream:
        stream.write(text)
    with open(path + ".json", "w") as stream:
        json.dump(data, stream, indent=1)
        stream.write("\n")
    return path
