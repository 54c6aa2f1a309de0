"""What is kept (database and files) and who is at work (jobs and their workers)."""
