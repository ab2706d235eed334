from workshop.layers.drops import Drops


def test_the_first_drop_is_told_at_once_and_the_next_ones_together(log):
    now = [100.0]
    drops = Drops(clock=lambda: now[0])
    for _ in range(5):
        drops.note("jobs")
    drops.note("other", 7)
    assert log.lines == ["1 message to jobs not taken: it is full",
                         "7 messages to other not taken: it is full"]
    now[0] += drops.interval
    drops.tell()
    assert log.lines[2:] == ["4 messages to jobs not taken: it is full"]
    now[0] += drops.interval
    drops.tell()
    assert len(log.lines) == 3
