"""Other programs ask: photos in, answers out, over HTTP."""
