"""Coach: from a run's curves to what to try next."""
