class Recorder:
    """Replaces a layer's Metrics: records what was counted and observed, in order."""

    def __init__(self):
        self.counted = []
        self.observed = []

    def count(self, metric, *labels, amount=1):
        self.counted.append((metric, *labels))

    def observe(self, metric, *labels, seconds):
        assert seconds >= 0
        self.observed.append((metric, *labels))
