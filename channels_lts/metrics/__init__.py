"""
What goes on in a site's processes, for Prometheus: at /metrics and by layer_stats.

docs/operate.md lists the metrics, and says what they cost.
"""
