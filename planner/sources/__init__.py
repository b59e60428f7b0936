"""Reading: the only place that touches disk or network."""
