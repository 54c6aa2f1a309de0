"""Folders and files that are called after a camera, a program or a day: they show nothing."""

from __future__ import annotations

import re
from typing import Final

from pipeline.photos.sources import part_names

# What programs call the folders in which photos arrive.
_PROGRAM_WORDS: Final = part_names.listed("""
    dcim camera kamera cámara roll screenshot screenshots bildschirmfotos whatsapp telegram signal
    instagram messenger snapchat wechat weixin download downloads media icloud google takeout
    received sent bluetooth favorites favourites""")
_CAMERA: Final = re.compile(  # as cameras number theirs
    r"[1-9]\d\d(APPLE|CANON|MSDCF|NIKON|_?PANA|OLYMP|_?FUJI|PENTX|KODAK|CASIO|GOPRO|MEDIA|ANDRO"
    r"|RICOH|LEICA|SIGMA|EOS\w\w|NC?D\d+|D\d{3,4}|K\d{4}|PHOTO|SSCAM|SAMSG|__TSB|_\d{4})"
)
_DAY: Final = re.compile(
    r"(19|20)\d\d([-_. ])(0[1-9]|1[0-2])(\2(0[1-9]|[12]\d|3[01]))?"
    r"|(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"
    r"|(0?[1-9]|[12]\d|3[01])([-_. ])(0?[1-9]|1[0-2])\10(19|20)\d\d"
)
_YEAR_ALBUM: Final = re.compile(r"(\w+) \w+ (19|20)\d\d")  # of Google: `Photos from 2023`
_PIECE: Final = re.compile(r"(.+)-\d{8}T\d{6}Z-\d+(-\d{3})?( \(\d+\))?")  # of Google's downloads
_CALENDAR: Final = part_names.listed("""
    jan january feb february mar march apr april may jun june jul july aug august sep sept september
    oct october nov november dec december mon monday tue tuesday wed wednesday thu thursday fri
    friday sat saturday sun sunday""")
_NO_SUBJECT: Final = part_names.listed("""
    captura capture écran pantalla tela schermata schermafbeelding zrzut ekranu ekran görüntüsü
    skärmavbild skjermbilde skærmbillede снимок экрана скриншот 스크린샷 スクリーンショット 屏幕截图
    螢幕擷取畫面 截圖 截屏 微信图片 微信圖片 mmexport bildschirmfoto scannen numérisation escaneo
    unbenannt senza titolo sans titre sin título de du da di um le d vlcsnap""")
_SELLERS: Final = part_names.listed("""
    pexels unsplash pixabay shutterstock istock istockphoto gettyimages depositphotos dreamstime
    freepik adobestock fotolia""")


def is_album(name: str) -> bool:
    """Whether a folder tells at most when or with what photos were taken: `100APPLE`, `2023-01`."""
    words = part_names.words_of(name.casefold())  # WhatsApp is one word
    by_program = not _PROGRAM_WORDS.isdisjoint(words) and all(
        word in _PROGRAM_WORDS or part_names.is_filler(word) for word in words
    )
    return by_program or bool(_DAY.fullmatch(name)) or is_numbered_album(name)


def is_numbered_album(name: str) -> bool:
    """Whether only a camera or Google Photos calls a folder so, even beside classes."""
    year = _YEAR_ALBUM.fullmatch(name)
    return bool(_CAMERA.fullmatch(name) or (year and part_names.is_filler(year[1])))


def piece_of(name: str) -> str:
    """What a folder is a downloaded piece of: `Pets` of `Pets-20230101T000000Z-001`; else empty."""
    found = _PIECE.fullmatch(name)
    return found[1] if found else ""


def tells_nothing(name: str) -> bool:
    """Whether a file's name has but words of programs, or those of a seller of photos."""
    words = part_names.words_of(name)
    known = (word in _NO_SUBJECT or part_names.is_filler(word) for word in words)
    return all(known) or not _SELLERS.isdisjoint(words)


def is_calendar(name: str) -> bool:
    """Whether a name is no more than a month or a day of the week."""
    return all(word in _CALENDAR for word in part_names.words_of(name))
