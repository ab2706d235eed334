"""
Lua scripts in files: loading them, and running them by hash.
"""
import hashlib
import os

from redis.exceptions import NoScriptError


class Script:
    """A file NAME.lua in a folder, prefixed with that folder's common.lua."""

    def __init__(self, folder, name):
        """Raises OSError."""
        self.source = _read(folder, "common") + _read(folder, name)
        self.sha = hashlib.sha1(self.source.encode("ascii")).hexdigest()

    def by_sha(self, keys, arguments):
        """The command that runs it; a server that has lost the script answers NOSCRIPT."""
        return ("EVALSHA", self.sha, len(keys)) + tuple(keys) + tuple(arguments)

    def in_full(self, keys, arguments):
        """The same, for a server that doesn't have the script; afterwards it does."""
        return ("EVAL", self.source, len(keys)) + tuple(keys) + tuple(arguments)

    def load(self):
        """The command that loads it into a server."""
        return "SCRIPT", "LOAD", self.source

    def run(self, connection, keys, arguments):
        """The script's answer. `connection`: a redis.Redis. Raises RedisError."""
        try:
            return connection.execute_command(*self.by_sha(keys, arguments))
        except NoScriptError:
            return connection.execute_command(*self.in_full(keys, arguments))

    def run_each(self, connection, calls):
        """The answers to several (keys, arguments), including errors, in one round trip."""
        answers = self._pipeline(connection, [self.by_sha(*call) for call in calls])
        missed = [at for at, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        again = self._pipeline(connection, [self.in_full(*calls[at]) for at in missed])
        for at, answer in zip(missed, again):
            answers[at] = answer
        return answers

    def _pipeline(self, connection, commands):
        pipeline = connection.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        return pipeline.execute(raise_on_error=False)


def _read(folder, name):
    with open(os.path.join(folder, name + ".lua"), encoding="ascii") as source:
        return source.read()
