"""The network in this folder: reads a photo as PawTune does, and answers. `predict.py` asks it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image, ImageOps, UnidentifiedImageError

from pipeline.photos.decoding.colour.seen import as_seen

KEPT_PX = 512  # longest side of a photo in PawTune


class Network:
    """The network in a folder, with what its answers mean."""

    def __init__(self, folder: Path) -> None:
        """Open `model.tflite`, `labels.json` and, where it is there, `familiar.safetensors`."""
        self.labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        interpreter = Interpreter(model_path=str(folder / "model.tflite"))
        self.run = interpreter.get_signature_runner()
        known = folder / "familiar.safetensors"
        self.familiar = read_safetensors(known.read_bytes()) if known.exists() else None

    def answer(self, photo: Path) -> dict[str, Any]:
        """What the photo shows, with the probability of each class."""
        pixels = square(upright(photo), self.labels["image_size_px"])
        found = self.run(photos=pixels[np.newaxis].astype(np.float32))  # (1, S, S, 3) in [0, 255]
        logits = found["logits"][0].astype(np.float64) / self.labels["temperature"]
        if len(logits) == 1:  # two classes share one number: positive means the second one
            logits = np.append(0.0, logits)
        powers = np.exp(logits - logits.max())
        shares = dict(zip(self.labels["classes"], (powers / powers.sum()).tolist(), strict=True))
        best = max(shares, key=lambda name: shares[name])
        strangeness = self.strangeness(found["pooled"][0])
        return {
            "path": str(photo),
            "class": best,
            "probability": shares[best],
            "probabilities": shares,
            "neither": strangeness is not None and strangeness > 1,
            "strangeness": strangeness,
        }

    def strangeness(self, pooled: np.ndarray) -> float | None:
        """How unlike the training photos it is; above 1 it is none of the classes."""
        if self.familiar is None:
            return None
        known = {name: values.astype(np.float64) for name, values in self.familiar.items()}
        away = pooled / np.linalg.norm(pooled.astype(np.float64)) - known["centre"]
        along = known["directions"] @ away
        left = max(float(away @ away - along @ along), 0.0)
        inside = float((along**2 / known["variances"]).sum())
        return float(np.sqrt(inside + left / known["rest"][0]) / known["limit"][0])


def upright(photo: Path) -> bytes:
    """The photo as PawTune keeps it: upright, in sRGB, on white, not too large, as a JPEG."""
    data = photo.read_bytes()
    with opened(data) as image:
        scale = min(1.0, KEPT_PX / max(image.size))
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        if scale == 1 and image.format == "JPEG" and is_pawtunes(image):
            return data
        if scale < 1:
            image.draft(None, size)  # a large JPEG decodes faster at a fraction
        image.load()
        picture = as_seen(image, data, size).picture
        picture.info["exif"] = image.info.get("exif", b"")  # it says which side is up
    return as_jpeg(ImageOps.exif_transpose(picture))


def opened(data: bytes) -> Image.Image:
    """The picture in a file, which is not decoded yet."""
    try:
        return Image.open(io.BytesIO(data))
    except UnidentifiedImageError:
        if data[4:8] != b"ftyp":
            raise ValueError("it is no picture that is read here; save it as JPEG or PNG") from None
    try:
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
        return Image.open(io.BytesIO(data))
    except ImportError:
        how = "pip install pillow-heif, or save it as JPEG"
        raise ValueError(f"a HEIC photo, as iPhones make them, needs one step: {how}") from None
    except UnidentifiedImageError:
        raise ValueError("it is no photo that is read here; save it as JPEG or PNG") from None


def is_pawtunes(image: Image.Image) -> bool:
    """Whether PawTune wrote this JPEG, so that it need not be written again."""
    own = Image.open(io.BytesIO(as_jpeg(Image.new("RGB", (16, 16)))))
    tables = getattr(own, "quantization", None)
    marked = {"exif", "icc_profile"} & image.info.keys()
    return getattr(image, "quantization", None) == tables and not marked


def as_jpeg(picture: Image.Image) -> bytes:
    """A JPEG without anything but the picture."""
    picture.info.clear()
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=95, subsampling="4:4:4")
    return buffer.getvalue()


def square(jpeg: bytes, side: int) -> np.ndarray:
    """Squashed to a square, not cropped: `(side, side, 3)` uint8, red green blue."""
    with Image.open(io.BytesIO(jpeg)) as image:
        image.draft(None, (side, side))
        return np.asarray(image.resize((side, side), Image.Resampling.BILINEAR))


def read_safetensors(data: bytes) -> dict[str, np.ndarray]:
    """The arrays in a safetensors file: eight bytes of length, a JSON header, the numbers."""
    start = 8 + int.from_bytes(data[:8], "little")
    kinds = {"F16": np.float16, "F32": np.float32, "F64": np.float64}
    arrays = {}
    for name, entry in json.loads(data[8:start]).items():
        first, last = entry["data_offsets"]
        numbers = np.frombuffer(data[start + first : start + last], kinds[entry["dtype"]])
        arrays[name] = numbers.reshape(entry["shape"])
    return arrays
