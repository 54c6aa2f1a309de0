"""The order of a LiteRT file's outputs: whoever takes the first one shall have the answer.

PawTune goes by names. Most other programs ask for output 0, and files of earlier versions have the
last feature map there.
"""

from __future__ import annotations

from ai_edge_litert import schema_py_generated as schema

from pipeline.network.litert_runner import LOGITS


def answer_first(content: bytes) -> bytes:
    """The same file with "logits" as its first output, the others in their order behind it.

    Args:
        content: A file that our own code made, whole.

    Raises:
        ValueError: If it has no such output.
    """
    changed = bytearray(content)
    model = schema.Model.GetRootAs(changed)
    signature = model.SignatureDefs(0)
    named = [signature.Outputs(place) for place in range(signature.OutputsLength())]
    answers = [entry.TensorIndex() for entry in named if entry.Name() == LOGITS.encode()]
    if len(answers) != 1:
        raise ValueError("The network must have one output of logits.")
    outputs = model.Subgraphs(0).OutputsAsNumpy()  # no copy: the numbers in the file itself
    outputs[:] = answers + [place for place in outputs.tolist() if place not in answers]
    return bytes(changed)
