"""First bytes of the kinds of files that people have beside photos, and what to do with each."""

from __future__ import annotations

from typing import Final, NamedTuple

SAVE_AS: Final = "Save it as JPEG or PNG."
_UNPACK: Final = "Unpack it first."
_PHOTOS: Final = "Choose photos."


class Kind(NamedTuple):
    """What a file is that cannot be read here.

    Attributes:
        what: As a person would say, with its article.
        advice: What to do; empty for what holds no picture at all.
        shows: Whether it holds a picture, only in a way that is not read here.
    """

    what: str
    advice: str = ""
    shows: bool = False


def _picture(what: str, advice: str = SAVE_AS) -> Kind:
    return Kind(what, advice, shows=True)


VIDEO: Final = Kind("a video", _PHOTOS)
# Of the kinds that are not read for photo sets either.
OTHER_VIDEO: Final = Kind("a video", "Choose photos, or save it as MP4 for a photo set.")
RAW: Final = _picture("a camera RAW picture")
_TIFF: Final = _picture("a TIFF or camera RAW picture")
SOUND: Final = Kind("a sound file")
_PROGRAM: Final = Kind("a program")
_POSTSCRIPT: Final = _picture("a PostScript drawing")
JPEG_2000: Final = _picture("a JPEG 2000 picture")
JPEG_XL: Final = _picture("a JPEG XL picture")
_GIF: Final = _picture("a GIF picture")
TGA: Final = _picture("a TGA picture")
SVG: Final = _picture("an SVG drawing")
WEB_PAGE: Final = Kind("a web page", "Download the picture itself.")
_HDR: Final = _picture("a picture in the Radiance HDR format")
_NETPBM: Final = _picture("a picture in the PBM, PGM or PPM format")
_MICROSCOPE: Final = _picture("a file of a microscope", "Save its pictures as PNG there.")
_PCX: Final = _picture("a PCX picture")
_BLP: Final = _picture("a BLP texture, as games use them")
_SGI: Final = _picture("an SGI picture")
_AS_TEXT: Final = _picture(
    "a picture that a transfer has changed as if it were text",
    "Copy or download it again, in another way.",
)
_DATA: Final = Kind("a file of numbers for another program", "Save its pictures as JPEG or PNG.")

# Where they stand, first bytes, and what they are. The first line that fits counts.
SIGNATURES: Final[tuple[tuple[int, bytes, Kind], ...]] = (
    (0, b"GIF87a", _GIF),
    (0, b"GIF89a", _GIF),
    (0, b"II*\x00", _TIFF),
    (0, b"MM\x00*", _TIFF),
    (0, b"II+\x00", _TIFF),
    (0, b"MM\x00+", _TIFF),
    *((0, start, RAW) for start in (b"IIRO", b"IIRS", b"MMOR", b"IIU\x00", b"FUJIFILM", b"FOVb")),
    (0, b"\x00MRM", RAW),
    (6, b"HEAPCCDR", RAW),
    (0, b"8BPS", _picture("a Photoshop picture")),
    (0, b"gimp xcf", _picture("a GIMP picture")),
    (0, b"\x00\x00\x01\x00", _picture("an icon")),
    (0, b"\x00\x00\x02\x00", _picture("a mouse pointer")),
    (0, b"icns", _picture("an icon")),
    (0, b"\x00\x00\x00\x0cjP  ", JPEG_2000),
    (0, b"\xff\x4f\xff\x51", JPEG_2000),
    (0, b"\x00\x00\x00\x0cJXL ", JPEG_XL),
    (0, b"\xff\x0a", JPEG_XL),
    (0, b"II\xbc", _picture("a JPEG XR picture")),
    (0, b"\x8aMNG", _picture("an MNG animation")),
    (0, b"\x8bJNG", _picture("a JNG picture")),
    (0, b"BPG\xfb", _picture("a BPG picture")),
    (0, b"FLIF", _picture("a FLIF picture")),
    (0, b"qoif", _picture("a QOI picture")),
    (0, b"AT&TFORM", _picture("a DjVu document", "Save its pictures as JPEG or PNG.")),
    (
        128,
        b"DICM",
        _picture("a DICOM picture, as medical devices make them", "Save it as PNG in its viewer."),
    ),
    (344, b"n+1\x00", _picture("a NIfTI scan, as medical devices make them", "Save it as PNG.")),
    (0, b"SIMPLE  =", _picture("a FITS picture, as telescopes make them")),
    (0, b"\x76\x2f\x31\x01", _picture("an OpenEXR picture")),
    (0, b"#?RADIANCE", _HDR),
    (0, b"#?RGBE", _HDR),
    (0, b"\xabKTX 11\xbb", _picture("a KTX texture, as games use them")),
    (0, b"\xabKTX 20\xbb", _picture("a KTX texture, as games use them")),
    (0, b"DDS ", _picture("a DDS texture, as games use them")),
    *((0, b"P%d\n" % kind, _NETPBM) for kind in range(1, 8)),
    *((0, start, _picture("a picture in the PFM format")) for start in (b"PF\n", b"Pf\n")),
    *((0, start, _SGI) for start in (b"\x01\xda\x00", b"\x01\xda\x01")),
    *((0, b"\x0a%c\x01" % version, _PCX) for version in (0, 2, 3, 4, 5)),
    *((0, start, _BLP) for start in (b"BLP1", b"BLP2")),
    *((0, start, _MICROSCOPE) for start in (b"ZISRAWFILE", b"\xda\xce\xbe\x0a")),
    (0, b"/* XPM */", _picture("an XPM picture")),
    (0, b"\x59\xa6\x6a\x95", _picture("a Sun raster picture")),
    (0, b"\xd7\xcd\xc6\x9a", _picture("a Windows metafile drawing")),
    (40, b" EMF", _picture("a Windows metafile drawing")),
    (0, b"%PDF", _picture("a PDF document", "Save its pictures as JPEG or PNG.")),
    (0, b"%!PS", _POSTSCRIPT),
    (0, b"\xc5\xd0\xd3\xc6", _POSTSCRIPT),
    (0, b"PK\x03\x04", Kind("a zip archive or an office document", _UNPACK)),
    (0, b"PK\x05\x06", Kind("an empty zip archive")),
    (0, b"PK\x07\x08", Kind("a part of a zip archive", _UNPACK)),
    (0, b"MSCF", Kind("a CAB archive", _UNPACK)),
    (0, b"xar!", Kind("a XAR archive", _UNPACK)),
    (0, b"Rar!", Kind("a RAR archive", _UNPACK)),
    (0, b"7z\xbc\xaf\x27\x1c", Kind("a 7-Zip archive", _UNPACK)),
    (0, b"\x1f\x8b", Kind("a gzip archive", _UNPACK)),
    (0, b"BZh", Kind("a bzip2 archive", _UNPACK)),
    (0, b"\xfd7zXZ\x00", Kind("an xz archive", _UNPACK)),
    (0, b"\x28\xb5\x2f\xfd", Kind("a Zstandard archive", _UNPACK)),
    (257, b"ustar", Kind("a tar archive", _UNPACK)),
    (0, b"\x1a\x45\xdf\xa3", VIDEO),
    (0, b"\x00\x00\x01\xba", OTHER_VIDEO),
    (0, b"\x00\x00\x01\xb3", OTHER_VIDEO),
    (0, b"FLV\x01", OTHER_VIDEO),
    (0, b".RMF", OTHER_VIDEO),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", OTHER_VIDEO),
    (0, b"OggS", Kind("a sound or video file")),
    (0, b"ID3", SOUND),
    (0, b"fLaC", SOUND),
    (0, b"MThd", SOUND),
    (0, b"#!AMR", SOUND),
    # MP3 and AAC without a title before them.
    *((0, b"\xff%c" % second, SOUND) for second in (0xF1, 0xF2, 0xF3, 0xF9, 0xFA, 0xFB)),
    (0, b"MZ", _PROGRAM),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        Kind("an office document of an older kind", "Save its pictures as JPEG or PNG."),
    ),
    (
        0,
        b"\x06\x06\xed\xf5\xd8\x1d\x46\xe5",
        _picture("an InDesign document", "Save its pictures as JPEG or PNG."),
    ),
    (0, b"{\\rtf", Kind("a text document", "Save its pictures as JPEG or PNG.")),
    *((0, start, _AS_TEXT) for start in (b"\x89PNG\n", b"\x89PNG\r\r\n", b"\xef\xbf\xbdPNG")),
    *((0, start, _AS_TEXT) for start in (b"\xc2\x89PNG", b"\xc3\xbf\xc3\x98\xc3\xbf")),
    (0, b"\xef\xbf\xbd" * 3, _AS_TEXT),
    (0, b"SQLite format 3\x00", Kind("a database")),
    (0, b"\x89HDF\r\n\x1a\n", _DATA),
    (0, b"\x93NUMPY", _DATA),
    (0, b"MATLAB 5.0", _DATA),
    (0, b"PAR1", _DATA),
    (
        0,
        b"\x00\x00\x00\x01Bud1",
        Kind("a file in which a Mac keeps how a folder looks", "Leave it out."),
    ),
    (
        0,
        b"\x00\x05\x16\x07",
        Kind("a helper file that a Mac wrote beside the photo", "Leave it out."),
    ),
)
