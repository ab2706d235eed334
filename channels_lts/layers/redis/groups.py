"""
Groups: who is in them, and sending to all of them.
"""
import time

from redis.exceptions import RedisError

from . import envelope, scripts


class GroupsMixin:
    """Overrides asgi_redis's groups, except for `group_channels`."""

    def group_add(self, group, channel):
        assert self.valid_group_name(group), "Group name not valid"
        assert self.valid_channel_name(channel), "Channel name not valid"
        self._change(group, ("ZADD", self._group_key(group), time.time(), channel),
                     ("EXPIRE", self._group_key(group), int(self.group_expiry)))

    def group_discard(self, group, channel):
        assert self.valid_group_name(group), "Group name not valid"
        assert self.valid_channel_name(channel), "Channel name not valid"
        self._change(group, ("ZREM", self._group_key(group), channel))

    def _change(self, group, *commands):
        shard = self.consistent_hash(group)

        def run():
            pipeline = self.connection(shard).pipeline(transaction=False)
            for command in commands:
                pipeline.execute_command(*command)
            pipeline.execute()
        self._patiently(shard, run)

    def send_group(self, group, message):
        """
        Sends to all members: in one round trip if they are sockets of processes that read
        bundles. What is full is counted and logged; raises RedisError, never ChannelFull.
        """
        assert self.valid_group_name(group), "Group name not valid"
        assert isinstance(message, dict), "message is not a dict"
        head = envelope.head(self, self.serialize(message))
        oldest = int(time.time()) - self.group_expiry
        shard = self.consistent_hash(group)
        others, taken, dropped, elsewhere = self._patiently(shard, lambda: scripts.group.run(
            self.connection(shard), [self._group_key(group)],
            head + (oldest, 1 if self.ring_size == 1 else 0)))
        for process, amount in _in_steps(taken, 2):
            self.counters.sent(process.decode("utf8"), amount)
        for process, amount in _in_steps(dropped, 2):
            self.drop_log.note(process.decode("utf8"), amount)
        if elsewhere:
            others += self._push_elsewhere(head, list(_in_steps(elsewhere, 3)))
        if others:
            self._send_each([name.decode("utf8") for name in others], message)
        self._report_when_due()

    def _push_elsewhere(self, head, bundles):
        """Pushes bundles on the servers of their processes; returns whom that didn't reach."""
        unreached = []
        for shard, parcel in self._by_shard(bundles, lambda each: each[0].decode("utf8")).items():
            answers = self._run_each(
                scripts.push, shard, [([], head + each[:2]) for each in parcel])
            for answer, (process, names, amount) in zip(answers, parcel):
                if isinstance(answer, Exception):
                    self.drop_log.note(process.decode("utf8"), amount, reason=str(answer))
                elif answer == scripts.TAKEN:
                    self.counters.sent(process.decode("utf8"), amount)
                elif answer == scripts.FULL:
                    self.drop_log.note(process.decode("utf8"), amount)
                elif answer < 0:
                    unreached += [process + name for name in names.split(b"\n")]
        return unreached

    def _send_each(self, channels, message):
        """A message of its own for each channel, in one round trip per server."""
        posts = [envelope.write(self, channel, message) for channel in channels]
        for shard, parcel in self._by_shard(posts, lambda each: each.list).items():
            answers = self._run_each(
                scripts.send, shard, [([], envelope.arguments(self, each)) for each in parcel])
            for answer, letter in zip(answers, parcel):
                if isinstance(answer, Exception):
                    self.drop_log.note(letter.list, reason=str(answer))
                elif answer == scripts.TAKEN:
                    self.counters.sent(letter.list)
                elif answer == scripts.FULL:
                    self.drop_log.note(letter.list)

    def _run_each(self, script, shard, calls):
        """
        The answers, errors among them. Nothing is raised: members on other servers have theirs
        by now, and whoever tried the group again would give it to them twice.
        """
        try:
            return self._patiently(
                shard, lambda: script.run_each(self.connection(shard), calls))
        except RedisError as error:
            return [error] * len(calls)

    def _by_shard(self, items, channel_of):
        found = {}
        for item in items:
            found.setdefault(self.shards_for(channel_of(item))[0], []).append(item)
        return found


def _in_steps(items, size):
    return (tuple(items[at:at + size]) for at in range(0, len(items), size))
