"""What the pages share: the only place that touches session state and caches."""
