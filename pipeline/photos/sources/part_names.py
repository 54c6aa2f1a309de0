"""What a folder's name tells: which part of the data lies in it, or nothing at all.

A name is taken apart into words, wherever they touch: `trainingSet2`, `Testdaten`, `seg_train`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final


class Part(StrEnum):
    """Which part of the data a folder holds."""

    TRAINING = "training"
    VALIDATION = "validation"
    TEST = "test"
    TO_TRY = "to try"  # photos without a class, to ask a finished network about
    UNLABELLED = "unlabelled"


SPLITS: Final = (Part.TRAINING, Part.VALIDATION, Part.TEST)  # as photo sets have them
_EVAL: Final = "eval"  # validation, or test where something else is called validation
_PART_WORDS: Final[Mapping[str, str]] = {
    Part.TRAINING: """
        train training trainings trn learn learning entrenamiento entraînement apprentissage
        addestramento treino treinamento trening treningowy treningowe eğitim обучение обучающая
        обучающие тренировка тренировочная тренировочные навчання тренувальні 学習 訓練 训练 훈련
        학습 تدريب التدريب آموزش אימון εκπαίδευση प्रशिक्षण ฝึก latih pelatihan huấn luyện koulutus
        opetus träning træning trénování trénovací trénink trénovanie tanító antrenare
        antrenament""",
    Part.VALIDATION: """
        val valid validation validate validating validierung validierungs validación validacion
        convalida validazione validação validatie walidacja doğrulama валидация валидационная
        проверка валідація dev development 検証 验证 驗證 검증 تحقق التحقق אימות επικύρωση सत्यापन
        validasi validointi validering validační validácia validálás validare""",
    Part.TEST: """
        test tests testing tst unseen holdout heldout prueba pruebas essai prova prove teste testes
        testowy testowe тест тестовая тестовые тестирование テスト 測試 测试 시험 테스트
        اختبار الاختبار آزمون בדיקה מבחן δοκιμή परीक्षण ทดสอบ uji pengujian kiểm testi testaus
        testování testovací testovanie teszt testare тестова тестування""",
    _EVAL: "eval evaluation evaluate auswertung évaluation evaluación evaluacion 評価 评估 평가",
    Part.TO_TRY: """
        prediction predictions predict predicting pred preds inference infer vorhersage vorhersagen
        predicción prediccion prédiction previsão previsione 予測 预测 예측""",
    Part.UNLABELLED: "unlabelled unlabeled unlabled nolabel nolabels",
}
_FILLER_WORDS: Final = """
    augmented augmentation aug processed resized cropped dir dirs percent
    set sets data dataset datasets subset image images img imgs photo photos photograph photographs
    picture pictures pic pics jpg jpeg jpegs png file files split splits folder folders single my
    of the for and raw all full final original version ver daten datensatz bild bilder foto fotos
    ordner imagen imágenes datos conjunto données ensemble jeu de immagini dati imagens dados
    zdjęcia данные выборка изображения фото 画像 データ セット 写真 用 集 图片 图像 数据 이미지
    데이터 사진 셋 세트 용 صور بيانات tra"""
_CHUNK_WORDS: Final = "image img photo picture pic data file part batch chunk shard fold"
_MASK_WORDS: Final = """
    mask annotation annot label segmentation trimap groundtruth gt bbox xml txt json"""


@dataclass(frozen=True, slots=True)
class Told:
    """What a folder's name tells beside those of the folders around it.

    Attributes:
        part: The part of the data.
        class_name: The class that the same name tells, as in `train_cats`; else empty.
        certain: Whether it can hardly be a class: `test_set`, not the vehicle `train`.
    """

    part: Part
    class_name: str = ""
    certain: bool = True


def tell(names: Iterable[str]) -> dict[str, Told]:
    """What folders that lie side by side tell of the parts of the data; the others are left out."""
    known = {name: _read(name) for name in names}
    found = {name: one for name, one in known.items() if one.part}
    plain = {name: one for name, one in found.items() if not one.rest}
    told = {name: Told(Part(one.part), "", one.certain) for name, one in plain.items()}
    named = {name: one for name, one in found.items() if one.rest}
    for same in (str.casefold, _letters):
        parts: dict[str, set[str]] = {}
        for one in named.values():
            parts.setdefault(same(one.rest), set()).add(one.part)
        shared = {rest for rest, of in parts.items() if len(of) > 1}
        if not shared:
            continue
        # One rest is the set's name, as in `seg_train` and `seg_test`; several are classes.
        are_classes = len(parts) > 1 and len(found) == len(known) and not plain
        for name, one in named.items():
            if are_classes or same(one.rest) in shared:
                told[name] = Told(Part(one.part), one.rest if are_classes else "")
        break
    if told and len({one.part for one in found.values()}) > 1 and len(found) == len(known):
        for name, one in named.items():  # `train_large` or `test_hard` beside `train` or `test`
            told.setdefault(name, Told(Part(one.part)))
    return _settled(told, known)


def tell_all(names: Iterable[str]) -> dict[str, Told]:
    """What folders tell of the parts of the data, each by itself, whatever else its name says."""
    known = {name: _read(name) for name in names}
    told = {
        name: Told(Part(one.part), "", one.certain or bool(one.rest))
        for name, one in known.items()
        if one.part
    }
    return _settled(told, known)


def _settled(told: dict[str, Told], known: Mapping[str, _Name]) -> dict[str, Told]:
    """An evaluation is a test where something else is the validation."""
    has_validation = any(
        one.part is Part.VALIDATION and not known[name].is_eval for name, one in told.items()
    )
    return {
        name: replace(one, part=Part.TEST) if known[name].is_eval and has_validation else one
        for name, one in told.items()
    }


def part_and_rest(name: str) -> tuple[Part | None, str]:
    """The part that a name tells, and what is left of it beside: `train_cat` is of `cat`."""
    found = _read(name)
    return (Part(found.part) if found.part else None), found.rest


def is_filler(name: str) -> bool:
    """Whether a name says no more than that there are photos: `images`, `my_data`."""
    words = _words(name)
    return bool(words) and all(word in _FILLERS for word in words)


def is_chunk(name: str) -> bool:
    """Whether it is one of the numbered pieces of a set: `images_001`, `fold2`."""
    words = _words(name)
    return any(sign.isdigit() for sign in name) and bool(words) and set(words) <= _CHUNKS


def are_numbered_pieces(names: Iterable[str]) -> bool:
    """Whether they differ by a number alone and are pieces of a set: `pets_part_1`, `k_fold_2`."""
    known = list(names)
    same = {re.sub(r"\d+", "#", name) for name in known}
    return len(known) > 1 == len(same) and not _PIECES.isdisjoint(words_of(known[0]))


def is_for_masks(name: str) -> bool:
    """Whether it holds what belongs to photos and is none: `masks`, `SegmentationClass`."""
    words = [word for token in words_of(name) for word in _pieces(token) or (token,)]
    return not _MASKS.isdisjoint(words) and set(words) <= _MASKS | _FILLERS | _OF_MASKS


def words_of(name: str) -> list[str]:
    """The words of a name in plain small letters, without numbers."""
    return [_plain(name[start:end]) for start, end in _spans(name)]


@dataclass(frozen=True, slots=True)
class _Name:
    """One name by itself: its part, or "", and what is left of it beside that."""

    part: str
    rest: str = ""
    certain: bool = False
    is_eval: bool = False


@lru_cache(maxsize=2048)
def _read(name: str) -> _Name:
    name = re.sub(r"(?i)\b(hold|held)[\W_]*out", r"\1out", unicodedata.normalize("NFC", name))
    name = re.sub(r"(?i)\b[dl]['\u2019]", "", name)  # d'entraînement
    spans = _spans(name)
    pieces = [_pieces(_plain(name[start:end])) for start, end in spans]
    parts = {_PARTS[word] for of in pieces for word in of if word in _PARTS}
    if parts == {Part.TRAINING, Part.VALIDATION}:  # `trainval` is learned from
        parts = {Part.TRAINING}
    if len(parts) != 1:
        return _Name("")
    (part,) = parts
    is_eval = part == _EVAL
    part = Part.VALIDATION if is_eval else part
    if all(pieces):
        more = sum(map(len, pieces)) > 1 or any(sign.isdigit() for sign in name)
        return _Name(part, "", more or part == Part.TO_TRY, is_eval)
    at = next(place for place, of in enumerate(pieces) if any(word in _PARTS for word in of))
    start, end = spans[at]
    before = name[:start].rstrip(" _-.")
    after = re.sub(r"^\d+", "", name[end:]).lstrip(" _-.")
    return _Name(part, " ".join(filter(None, (before, after))))


def _letters(text: str) -> str:
    return "".join(words_of(text))


def _spans(name: str) -> list[tuple[int, int]]:
    """Where the words of a name are: letters in a row, but `aB` is two."""
    spans: list[tuple[int, int]] = []
    start = None
    for place, sign in enumerate(name):
        inside = sign.isalpha() or (start is not None and unicodedata.category(sign) in _MARKS)
        if start is not None and (not inside or (sign.isupper() and name[place - 1].islower())):
            spans.append((start, place))
            start = None
        if inside and start is None:
            start = place
    return spans if start is None else [*spans, (start, len(name))]


@lru_cache(maxsize=2048)
def _words(name: str) -> tuple[str, ...]:
    """The known words that a name is made of, one after the other; none if it has any other."""
    found = [_pieces(word) for word in words_of(name)]
    return tuple(word for of in found for word in of) if all(found) else ()


@lru_cache(maxsize=2048)
def _pieces(word: str) -> tuple[str, ...]:
    """A word as known words without a gap: `testdaten` is `test`, `daten`; else none."""
    ways: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(1, min(len(word), _LONGEST) + 1):
        for start in range(end - 1, -1, -1):  # short pieces first, so that long ones win
            way = ways[start]
            if way is not None and word[start:end] in _KNOWN:
                ways[end] = (*way, word[start:end])
    return (ways[-1] or ()) if len(word) <= _LONGEST else ()


def _plain(word: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()


def listed(words: str) -> frozenset[str]:
    """Words as `words_of` gives them."""
    return frozenset(map(_plain, words.split()))


def _with_plurals(words: str) -> frozenset[str]:
    return frozenset(form for word in listed(words) for form in (word, f"{word}s"))


_MARKS: Final = frozenset(("Mn", "Mc"))  # accents, and the vowels of Hindi and Thai
_LONGEST: Final = 64  # letters of a word that is looked at
_PARTS: Final = {word: part for part, words in _PART_WORDS.items() for word in listed(words)}
_FILLERS: Final = listed(_FILLER_WORDS)
_CHUNKS: Final = _with_plurals(_CHUNK_WORDS) | {"batches"}
_PIECES: Final = frozenset(("part", "batch", "chunk", "shard", "fold"))
_MASKS: Final = _with_plurals(_MASK_WORDS)
_OF_MASKS: Final = frozenset(("class", "object", "instance", "ground", "truth"))
_KNOWN: Final = _FILLERS | _CHUNKS | _MASKS | frozenset(_PARTS)
