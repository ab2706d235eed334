class Recorder:
    """Stands in for a layer's Metrics: what was counted and observed, in its order."""

    def __init__(self):
        self.counted = []
        self.observed = []

    def count(self, metric, *labels, amount=1):
        self.counted.append((metric, *labels))

    def observe(self, metric, *labels, seconds):
        assert seconds >= 0
        self.observed.append((metric, *labels))
