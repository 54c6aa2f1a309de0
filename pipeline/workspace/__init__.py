"""Workspace: what is kept, rows and folders, and who may see it."""
