"""Files of the Explore page's networks with tiny networks in them."""

from pipeline.classify.imagenet_files import CLASSES_FILE, backbone_file
from pipeline.files.seal import seal

BACKBONE = backbone_file(1.0, 160)


def prepared(folder, members, classes=("red", "green", "blue")):
    """Write a network's files as `imagenet_prepare` does."""
    folder.mkdir(exist_ok=True)
    for name, content in members.items():
        (folder / name).write_bytes(content)
    (folder / CLASSES_FILE).write_bytes(seal({"classes": list(classes)}, members))
    return folder
