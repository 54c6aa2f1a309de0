"""What a browser needs to ask a network by itself, without a server.

The JavaScript beside it is plain modules with JSDoc types, the same for the camera on Classify and
for the exported web page: `network.js` runs a network with LiteRT.js, `photo.js` makes its input,
`answer.js` and `heat.js` say what came out, `numbers.js` reads what `details.py` writes.
"""
