"""
Metrics of a site's processes, for Prometheus: at /metrics and through layer_stats.

docs/operate.md lists the metrics, and says what they cost.
"""
