"""
What Prometheus would read: prometheus_client's own parser does it.
"""
import pytest


def families(text):
    """{name: family}; the test is skipped without prometheus_client."""
    parser = pytest.importorskip("prometheus_client.parser")
    return {each.name: each for each in parser.text_string_to_metric_families(text)}


def samples(text):
    """{(name, value of each label, in their alphabetical order): number}"""
    return {(each.name[len("channels_lts_"):],) + tuple(
                value for _, value in sorted(each.labels.items())): each.value
            for family in families(text).values() for each in family.samples}
