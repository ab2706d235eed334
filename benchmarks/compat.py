"""
Lets the peers import Django on CPython 3.10 and newer, if the checkout under test supports it: an
older one runs only on older Pythons.

    python -m benchmarks.compat COMMAND …   as `python -m django`
"""
import contextlib

with contextlib.suppress(ModuleNotFoundError):
    import channels_lts.compat  # noqa: F401

if __name__ == "__main__":
    from django.core.management import execute_from_command_line
    execute_from_command_line()
