"""Which class a name may mean that is none of them: written otherwise, in the plural, mistyped.

All of it is offered and never done by itself: whoever knows the photos says yes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from pipeline.errors import SettingError
from pipeline.photos import class_names
from pipeline.wording.text import some

_WORDS: Final = re.compile(r"[^\W\d_]+|\d+")
_HUMP: Final = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")  # between the words of CamelCase
_ACCENTS: Final = re.compile("[\u0300-\u036f]")  # of Latin, Greek and Cyrillic
_SPELT: Final = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "\u0131": "i"})
# "001.Cardinal", "n02085620-Chihuahua": a number, or WordNet's, before the name.
_PREFIX: Final = re.compile(r"^(?:n\d{8}|\d+)[\W_]+(?=.*[^\W\d_])")
_PLURALS: Final = {
    "mice": "mouse",
    "geese": "goose",
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "feet": "foot",
    "teeth": "tooth",
    "oxen": "ox",
    "cacti": "cactus",
    "fungi": "fungus",
}
# Endings of plurals in English, Spanish, French and Portuguese, and what stands there otherwise.
_ENDINGS: Final = (("s", ""), ("es", ""), ("ies", "y"), ("ves", "f"), ("ves", "fe"))
_STEM: Final = 3  # letters that an ending leaves at least; "bus" is no plural
_LETTERS_A_SLIP: Final = 7  # in shorter names one letter makes another thing: horse, house
# The two pets that most people begin with, as people write them; no other word is translated.
_PETS: Final = (
    "cat cats kitten kittens kitty kitties gato gatos gata gatas chat chats chatte chattes Katze "
    "Katzen Kater gatto gatti gatta kat katten katt katter kissa kissat kot koty kočka kočky "
    "macska macskák pisică pisici kedi kediler кошка кошки кот коты кіт коти γάτα γάτες قط قطة "
    "قطط חתול חתולים 猫 ねこ ネコ 고양이 बिल्ली kucing แมว",
    "dog dogs puppy puppies doggy perro perros perra perras chien chiens chienne Hund Hunde "
    "Hunden hundar cane cani cão cães cachorro cachorros hond honden koira koirat psy psi "
    "kutya kutyák câine câini köpek köpekler собака собаки пёс псы σκύλος σκύλοι كلب كلاب "
    "כלב כלבים 狗 犬 いぬ イヌ 개 강아지 कुत्ता anjing หมา สุนัข",
)
LEFT_OUT: Final = ""  # instead of a class


def suggest(
    unknown: Iterable[str], learned: Sequence[str], present: Iterable[str] = ()
) -> dict[str, str | None]:
    """The class that each name may mean.

    Args:
        unknown: Names that are none of the classes.
        learned: The classes.
        present: Those of them whose own names stand beside the unknown ones: what is only
            nearly written like one of these is more likely another thing.

    Returns:
        For each unknown name one of the classes; None where none comes near, or several do.
    """
    beside = set(present)
    near = [name for name in learned if name not in beside]
    indices = [_Index(learned, forms) for forms in (_joined, _singular, _pet)]
    found: dict[str, str | None] = {}
    for name in unknown:
        hits: Sequence[str] = next(filter(None, (index.same(name) for index in indices)), [])
        hits = hits or _mistyped(name, near)
        found[name] = hits[0] if len(hits) == 1 else None
    return found


class _Index:
    """Classes by what is made of their words."""

    def __init__(self, learned: Sequence[str], forms: Callable[[str], set[str]]) -> None:
        self._forms = forms
        self._whole = {name: forms(name) for name in learned}
        self._bare = {name: forms(bare) for name in learned if (bare := _bare(name)) != name}

    def same(self, name: str) -> list[str]:
        """The classes with a form in common; a number may stand before one of the two names."""
        mine = self._forms(name)
        either = mine | self._forms(_bare(name))
        return [
            one
            for one, forms in self._whole.items()
            if either & forms or mine & self._bare.get(one, set())
        ]


def _bare(name: str) -> str:
    return _PREFIX.sub("", name)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name, small and without accents; separators and CamelCase divide them."""
    apart = _HUMP.sub(" ", class_names.clean(name))
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", apart)).casefold().translate(_SPELT)
    # Marks of other scripts are letters, and would divide words.
    marked = "".join("x" if unicodedata.category(one)[0] == "M" else one for one in plain)
    spans = (found.span() for found in _WORDS.finditer(marked))
    return tuple(unicodedata.normalize("NFC", plain[start:end]) for start, end in spans)


def _joined(name: str) -> set[str]:
    """Its letters: "early_blight", "EarlyBlight" and "Early blight" are one."""
    return {"".join(_words(name))} - {""}


def _singular(name: str) -> set[str]:
    """The same, and with the last word in the singular, if it is a plural."""
    *first, last = _words(name) or ("",)
    return {"".join((*first, one)) for one in (last, *_singulars(last))} - {""}


def _singulars(word: str) -> Iterator[str]:
    if word in _PLURALS:
        yield _PLURALS[word]
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _STEM and not word.endswith("ss"):
            yield f"{stem}{instead}"


def _pet(name: str) -> set[str]:
    """Which of the pets it is in any of the languages; empty for other names."""
    return {str(pet) for pet, called in enumerate(_pets()) if not _joined(name).isdisjoint(called)}


@lru_cache(maxsize=1)
def _pets() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(word for one in pet.split() for word in _joined(one)) for pet in _PETS)


def _mistyped(name: str, learned: Sequence[str]) -> list[str]:
    """The classes that are nearest by letters missing, more, other or swapped, if near enough."""
    mine = "".join(_words(name))
    if not mine:
        return []
    slips = {one: _slips(mine, "".join(_words(one))) for one in learned}
    least = min((slip for slip in slips.values() if slip is not None), default=None)
    return [] if least is None else [one for one, slip in slips.items() if slip == least]


def _slips(a: str, b: str) -> int | None:
    """How many letters two names differ in; None where too many, or where a digit is another."""
    most = min(len(a), len(b)) // _LETTERS_A_SLIP
    if abs(len(a) - len(b)) > most or re.findall(r"\d", a) != re.findall(r"\d", b):
        return None
    if sum(((Counter(a) - Counter(b)) | (Counter(b) - Counter(a))).values()) > 2 * most:
        return None
    # Optimal string alignment (Damerau 1964), a row at a time.
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        last, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (one != other)))
            if i > 1 and j > 1 and one == b[j - 2] and a[i - 2] == other:
                row[j] = min(row[j], last[j - 2] + 1)
    return row[-1] if row[-1] <= most else None


def read_pairs(pairs: Iterable[str], learned: Sequence[str]) -> dict[str, str]:
    """What somebody typed as `cats=Cat`: the class that a name stands for.

    Args:
        pairs: Each a name, `=` and a class, or nothing behind it to leave its photos out.
        learned: The classes.

    Returns:
        The class, or `LEFT_OUT`, by the name's key.

    Raises:
        SettingError: If a pair has no `=`, nothing before it, or no class behind it, or if two
            say different things of one name.
    """
    classes = {class_names.key(name): name for name in learned} | {"": LEFT_OUT}
    found: dict[str, str] = {}
    for pair in pairs:
        places = [place for place, sign in enumerate(pair) if sign == "="]
        # Names may have the sign in them, too.
        fitting = [place for place in places if class_names.key(pair[place + 1 :]) in classes]
        if not fitting or not class_names.key(pair[: fitting[0]]):
            raise SettingError(
                "Say which class a folder means as FOLDER=CLASS, or FOLDER= to leave it out. The "
                f"run has learned {some(learned)}. Received: {pair!r}."
            )
        name, said = pair[: fitting[0]], pair[fitting[0] + 1 :]
        meant = classes[class_names.key(said)]
        if found.setdefault(class_names.key(name), meant) != meant:
            raise SettingError(
                f"A folder means one class. Say only once which one {name} means. "
                f"Received: {pair!r}."
            )
    return found


def labels(
    classes: Sequence[str], learned: Sequence[str], said: Mapping[str, str]
) -> dict[str, int]:
    """The index of the learned class that each of `classes` is, or stands for; none of others.

    Args:
        classes: Names as found.
        learned: The classes.
        said: From `read_pairs`; a name that is a class itself may be said to be another.
    """
    index = {class_names.key(name): place for place, name in enumerate(learned)}
    meant = {name: said.get(class_names.key(name), name) for name in classes}
    keys = {name: class_names.key(class_) for name, class_ in meant.items()}
    return {name: index[key] for name, key in keys.items() if key in index}
