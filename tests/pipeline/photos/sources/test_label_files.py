"""Lists of labels, from bytes to the photos that they are about."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.photos.sources import label_files
from pipeline.photos.sources.label_files import Labelled

PETS = ("1.jpg", "2.jpg", "3.jpg", "4.jpg")
LABELS = {"1.jpg": "cat", "2.jpg": "dog", "3.jpg": "cat", "4.jpg": "dog"}


def read(files: dict[str, bytes | None]) -> Labelled:
    """What the lists among these files say; None is a photo."""
    parts = [tuple(name.split("/")) for name in files]
    contents = list(files.values())

    def content(place: int, most_bytes: int) -> bytes | None:
        data = contents[place]
        return data if data is not None and len(data) <= most_bytes else None

    return label_files.read(parts, content)


def labels(files: dict[str, bytes | None]) -> dict[str, str]:
    return {"/".join(parts): place.class_name for parts, place in read(files).places.items()}


def pets(**lists: bytes) -> dict[str, bytes | None]:
    """Four photos and these lists, whose names have a "__" for the dot."""
    found: dict[str, bytes | None] = dict.fromkeys(f"images/{name}" for name in PETS)
    return found | {name.replace("__", "."): data for name, data in lists.items()}


def expected(names: dict[str, str] = LABELS) -> dict[str, str]:
    return {f"images/{name}": label for name, label in names.items()}


@pytest.mark.parametrize(
    "text",
    [
        "filename,label\n1.jpg,cat\n2.jpg,dog\n3.jpg,cat\n4.jpg,dog\n",
        "label,filename\ncat,1.jpg\ndog,2.jpg\ncat,3.jpg\ndog,4.jpg\n",
        "1.jpg,cat\n2.jpg,dog\n3.jpg,cat\n4.jpg,dog\n",
        "cat;1.jpg\ndog;2.jpg\ncat;3.jpg\ndog;4.jpg\n",
        "id,breed\n1,cat\n2,dog\n3,cat\n4,dog\n",
        '"id","breed"\r\n"1","cat"\r\n"2","dog"\r\n"3","cat"\r\n"4","dog"\r\n',
        "id\tbreed\n1\tcat\n2\tdog\n3\tcat\n4\tdog\n",
        "id|breed\n1|cat\n2|dog\n3|cat\n4|dog\n",
        "\n\nfilename , label\n 1.jpg , cat\n2.jpg,dog \n3.jpg, cat\n4.jpg,dog\n\n",
        ",file,size,class\n0,1.jpg,12,cat\n1,2.jpg,13,dog\n2,3.jpg,12,cat\n3,4.jpg,19,dog\n",
        "path,width,label\nimages/1.jpg,9,cat\n./images/2.jpg,9,dog\n"
        "C:\\x\\images\\3.jpg,9,cat\n/home/a/images/4.jpg,9,dog\n",
        "a,b,c\n1.jpg,0.1,cat\n2.jpg,0.7,dog\n3.jpg,0.3,cat\n4.jpg,0.2,dog\n",
        "filename, cat, dog\n1.jpg, 1, 0\n2.jpg, 0, 1\n3.jpg, 1, 0\n4.jpg, 0, 1\n",
        "image,cat,dog\n1,1.0,0.0\n2,0.0,1.0\n3,1.0,0.0\n4,0.0,1.0\n",
        "filename,class,xmin\n1.jpg,cat,3\n1.jpg,cat,9\n2.jpg,dog,1\n3.jpg,cat,1\n4.jpg,dog,1\n",
        "IMAGES/1.JPG,cat\n2.png,dog\n3.jpg,cat\n4.jpeg,dog\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_tables_of_every_form(text: str, encoding: str):
    found = read(pets(labels__csv=text.encode(encoding)))
    assert {"/".join(parts): one.class_name for parts, one in found.places.items()} == expected()
    assert found.lists == {4}
    assert found.notes == ("4 photos have their labels from labels.csv.",)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-16"])
def test_letters_beyond_ascii(encoding: str):
    text = "file;label\n1.jpg;Kätzchen\n2.jpg;Hündchen\n3.jpg;Kätzchen\n4.jpg;Hündchen\n"
    assert set(labels(pets(labels__csv=text.encode(encoding))).values()) == {"Kätzchen", "Hündchen"}


@pytest.mark.parametrize(
    "text",
    [
        "1.jpg cat\n2.jpg dog\n3.jpg cat\n4.jpg dog\n",
        "images/1.jpg cat\nimages/2.jpg dog\nimages/3.jpg cat\nimages/4.jpg dog\n",
        "1.jpg,cat\n2.jpg,dog\n3.jpg,cat\n4.jpg,dog\n",
        "1.jpg\tcat\n2.jpg\tdog\n3.jpg\tcat\n4.jpg\tdog\n",
    ],
)
def test_texts_with_a_name_and_a_label_on_each_line(text: str):
    assert labels(pets(train__txt=text.encode())) == expected()


def test_words_in_a_text_are_no_labels():
    assert labels(pets(readme__txt=b"This set is about 1.jpg\nand other photos\n")) == {}


class TestJson:
    def coco(self, *annotations: tuple[int, int]) -> bytes:
        images = [{"id": place, "file_name": name, "width": 9} for place, name in enumerate(PETS)]
        kinds = [{"id": 0, "name": "pets"}, {"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
        told = [{"id": n, "image_id": i, "category_id": c} for n, (i, c) in enumerate(annotations)]
        return json.dumps({"images": images, "annotations": told, "categories": kinds}).encode()

    def test_coco(self):
        data = self.coco((0, 1), (1, 2), (1, 2), (2, 1), (3, 2))
        assert labels(pets(_annotations__coco__json=data)) == expected()

    def test_coco_of_several_things_in_one_photo(self):
        data = self.coco((0, 1), (0, 2), (1, 2), (2, 1))
        found = read(pets(instances__json=data))
        assert [one.class_name for one in found.places.values()] == ["", "dog", "cat", ""]
        assert [one.why is not None for one in found.places.values()] == [True, False, False, False]
        assert "1 photo has several labels there and cannot be used." in found.notes[0]

    @pytest.mark.parametrize("name", ["metadata__jsonl", "metadata__csv"])
    def test_hugging_face(self, name: str):
        rows = [{"file_name": file, "label": label} for file, label in LABELS.items()]
        lines = "\n".join(map(json.dumps, rows))
        table = "file_name,label\n" + "\n".join(f"{file},{label}" for file, label in LABELS.items())
        data = (lines if name.endswith("jsonl") else table).encode()
        assert labels(pets(**{name: data})) == expected()

    def test_objects_and_pairs(self):
        rows = [{"image": file, "category": label, "more": [1]} for file, label in LABELS.items()]
        assert labels(pets(x__json=json.dumps(rows).encode())) == expected()
        assert labels(pets(x__json=json.dumps(LABELS).encode())) == expected()

    def test_numbers_that_another_list_names(self):
        numbers = "image_id,label\n1.jpg,0\n2.jpg,1\n3.jpg,0\n4.jpg,1\n"
        names = json.dumps({"0": "cat", "1": "dog"}).encode()
        assert labels(pets(train__csv=numbers.encode(), map__json=names)) == expected()

    @pytest.mark.parametrize(
        "data", [b"", b"{", b"[]", b"{}", b"[1]", b"null", b"[" * 100_000, b'{"a":' * 9000, b"\xff"]
    )
    def test_what_is_none(self, data: bytes):
        assert read(pets(x__json=data, y__jsonl=data, z__csv=data)).places == {}


def test_a_list_in_each_part_of_the_data():
    # As Roboflow exports it: the same name may stand for two photos.
    files: dict[str, bytes | None] = {}
    for part, label in (("train", "cat"), ("valid", "dog"), ("test", "cat")):
        files |= {f"{part}/1.jpg": None, f"{part}/{label}.jpg": None}
        flags = "1,0" if label == "cat" else "0,1"
        text = f"filename,cat,dog\n1.jpg,{flags}\n{label}.jpg,{flags}\n"
        files[f"{part}/_classes.csv"] = text.encode()
    assert labels(files) == {
        "train/1.jpg": "cat",
        "train/cat.jpg": "cat",
        "test/1.jpg": "cat",
        "test/cat.jpg": "cat",
        "valid/1.jpg": "dog",
        "valid/dog.jpg": "dog",
    }


def test_a_column_that_divides_the_photos():
    text = "file,label,split\n1.jpg,cat,train\n2.jpg,dog,Valid\n3.jpg,cat,test\n4.jpg,dog,\n"
    found = read(pets(labels__csv=text.encode())).places
    assert [one.split for one in found.values()] == ["training", "validation", "test", None]


def test_what_does_not_match_is_counted():
    text = "file,label\n1.jpg,cat\n2.jpg,dog\n7.jpg,cat\n8.jpg,cat\n4.jpg,\n"
    (note,) = read(pets(labels__csv=text.encode())).notes
    assert note == (
        "2 photos have their labels from labels.csv. 2 rows are about photos not here. "
        "2 photos are in none and wait for a label."
    )


def test_lists_that_do_not_agree():
    first, second = b"1.jpg,cat\n2.jpg,dog\n", b"1.jpg,Cat\n2.jpg,cat\n"
    found = read(pets(a__csv=first, b__csv=second)).places
    assert [(one.class_name, one.why is None) for one in found.values()] == [
        ("cat", True),
        ("", False),
    ]


class TestNoLabels:
    def why(self, data: str, count: int = 4, name: str = "x.csv") -> str:
        files: dict[str, bytes | None] = {f"{number}.jpg": None for number in range(1, count + 1)}
        found = read(files | {name: data.encode()})
        assert not found.places
        return str(found.whys.get(count, ""))

    def test_several_columns_could_be_meant(self):
        text = (
            "file,colour,shape\n1.jpg,red,round\n2.jpg,red,flat\n3.jpg,blue,round\n4.jpg,blue,flat"
        )
        assert "unclear: colour and shape. Call that column label" in self.why(text)

    def test_descriptions(self):
        lines = [f"{number}.jpg,a photo of thing {number}" for number in range(1, 21)]
        assert "descriptions and no labels" in self.why("\n".join(lines), 20)

    def test_a_form_for_answers(self):
        assert "a form for answers" in self.why("id,label\n1,0.5\n2,0.5\n3,0.5\n4,0.5\n")

    def test_a_spreadsheet(self):
        assert "save it as CSV" in self.why("PK\3\4", name="labels.xlsx")

    def test_what_other_programs_need(self):
        assert "for other programs" in self.why("names: [cat, dog]", name="data.yaml")

    def test_nothing_is_said(self):
        assert "says of none what it shows" in self.why("file,label\n1.jpg,\n2.jpg,\n")

    @pytest.mark.parametrize("text", ["a,b\nc,d\n", "hello", "1.jpg\n2.jpg\n", ",,,\n,,,\n"])
    def test_other_files_are_left_to_those_who_know_them(self, text: str):
        assert self.why(text) == ""

    def test_a_note_beside_each_photo_is_no_list(self):
        files = {"1.jpg": None, "1.jpg.json": b'{"1.jpg": "a"}', "1.json": b'{"1.jpg": "b"}'}
        assert labels({**files, "2.jpg": None}) == {}

    def test_boxes_are_told_from_labels(self):
        files: dict[str, bytes | None] = {}
        for number in range(4):
            files[f"images/{number}.jpg"] = None
            files[f"labels/{number}.txt"] = b"" if not number else b"0 0.5 0.5 0.25 0.25\n1 0 0 1 1"
            files[f"voc/{number}.xml"] = b"<annotation><object><bndbox></bndbox></annotation>"
        found = read({**files, "notes/readme.txt": b"hello"})
        assert len(found.whys) == 8
        assert all("where things are in a photo" in str(why) for why in found.whys.values())


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@given(
    st.lists(st.tuples(texts, texts, texts), max_size=12), st.sampled_from(",;\t|"), st.booleans()
)
@settings(deadline=None)
def test_any_table_says_something_of_photos_that_are_there_or_nothing(
    cells: list[tuple[str, str, str]], delimiter: str, is_named: bool
):
    stream = io.StringIO(newline="")
    rows = [
        (f"{place + 1}.jpg" if is_named else one, *more) for place, (one, *more) in enumerate(cells)
    ]
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    found = read(pets(labels__csv=stream.getvalue().encode("utf-8", "replace")))
    assert {parts[-1] for parts in found.places} <= set(PETS)
    for place in found.places.values():
        assert place.why is None or not place.class_name


@given(st.binary(max_size=300), st.sampled_from(["csv", "tsv", "json", "jsonl", "txt", "xml"]))
@settings(deadline=None)
def test_any_bytes_are_read_or_left(data: bytes, suffix: str):
    read(pets(**{f"labels__{suffix}": data, f"1__{suffix}": data}))


words = st.text(
    st.characters(categories=("L", "N", "Zs", "P", "S"), exclude_characters="/\\\x00\ufeff"),
    min_size=1,
    max_size=8,
).map(str.strip)
kinds = words.filter(lambda word: word.strip(" .,;|'\"") and not word.isdigit())


@st.composite
def lists(draw: st.DrawFn) -> tuple[dict[str, str], bytes]:
    """Names of photos with their labels, and a list that says so in one of the usual forms."""
    stems = draw(st.lists(st.integers(0, 10**6), min_size=4, max_size=12, unique=True))
    labels = draw(st.lists(kinds, min_size=2, max_size=2, unique_by=str.casefold))
    told = {f"img_{stem}.jpg": labels[place % 2] for place, stem in enumerate(stems)}
    is_stem, is_first = draw(st.booleans()), draw(st.booleans())
    header = draw(st.sampled_from([("file", "label"), ("Image", "Klasse"), None]))
    rows = [(name.removesuffix(".jpg") if is_stem else name, label) for name, label in told.items()]
    rows = [*([header] if header else []), *draw(st.permutations(rows))]
    stream = io.StringIO(newline="")
    delimiter = draw(st.sampled_from(",;\t|"))
    written = [row if is_first else row[::-1] for row in rows]
    quoting = draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    csv.writer(stream, delimiter=delimiter, quoting=quoting).writerows(written)
    return told, stream.getvalue().encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])))


@given(lists())
@settings(max_examples=200, deadline=None)
def test_every_photo_gets_its_label_whatever_the_form(drawn: tuple[dict[str, str], bytes]):
    told, data = drawn
    assert labels({**dict.fromkeys(told), "list.csv": data}) == told
