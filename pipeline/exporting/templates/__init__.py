"""What goes into exports as it stands: a program, a script's parts, a style sheet."""
