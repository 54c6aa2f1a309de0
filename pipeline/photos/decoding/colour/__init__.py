"""From the numbers in a file to the colours that a viewer shows: sRGB, eight bits, on white.

An exported bundle carries this package along, so that its program sees what the app sees:
nothing here knows anything else of the project, only Pillow and, late, NumPy.
"""
