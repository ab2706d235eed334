"""
The Lua scripts, by name, and calling them.
"""
import hashlib
import os

from redis.exceptions import NoScriptError

FULL, TAKEN, ENDED = 0, 1, 2  # what send and push answer, as in lua/common.lua
DONE = TAKEN, ENDED  # nothing is left to do

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "lua")


class Script:
    """One of the files in lua/, with what they share in front of it."""

    def __init__(self, name):
        self.source = _read("common") + _read(name)
        self.sha = hashlib.sha1(self.source.encode("ascii")).hexdigest()

    def by_sha(self, keys, arguments):
        """The command that runs it; a server that has lost the script answers NOSCRIPT."""
        return ("EVALSHA", self.sha, len(keys)) + tuple(keys) + tuple(arguments)

    def in_full(self, keys, arguments):
        """The same, for a server that doesn't have the script. It then does."""
        return ("EVAL", self.source, len(keys)) + tuple(keys) + tuple(arguments)

    def load(self):
        """The command that makes a server know it."""
        return "SCRIPT", "LOAD", self.source

    def run(self, connection, keys, arguments):
        """The script's answer. `connection`: a redis.Redis. Raises RedisError."""
        try:
            return connection.execute_command(*self.by_sha(keys, arguments))
        except NoScriptError:
            return connection.execute_command(*self.in_full(keys, arguments))

    def run_each(self, connection, calls):
        """The answers to several (keys, arguments), errors among them, in one round trip."""
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


def _read(name):
    with open(os.path.join(FOLDER, name + ".lua"), encoding="ascii") as source:
        return source.read()


send = Script("send")
group = Script("group")
push = Script("push")
pop = Script("pop")
drain = Script("drain")
register = Script("register")
beat = Script("beat")
report = Script("report")
withdraw = Script("withdraw")
ALL = (send, group, push, pop, drain, register, beat, report, withdraw)
