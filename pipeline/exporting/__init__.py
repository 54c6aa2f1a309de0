"""Taking a finished run away: files that other programs read, each checked before it is offered.

Every network that leaves is asked about the same photos as the run's own bundle, and leaves only
if it gives the same probabilities. Where TensorFlow is needed it is imported inside functions, so
that importing this package stays cheap.
"""
