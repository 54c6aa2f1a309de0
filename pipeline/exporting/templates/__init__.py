"""What goes into exports: a program, a script's parts, the report's page and its style sheet."""
