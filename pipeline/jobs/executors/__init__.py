"""Who does a job: an executor starts its worker, knows whether it lives, and can end it."""
