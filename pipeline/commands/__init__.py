"""What the command line can do: each command as a function that gives plain data.

They call what the pages call: work that takes long goes through the same queue and
the same workers.
"""
