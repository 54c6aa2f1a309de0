"""The check-up of a photo set: a score, what was found, and a button that mends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, resources
from pages.ui.parts import photo_wall, tiles, versions
from pages.ui.parts.pickers import label_choice
from pages.ui.photos import gallery, tabs
from pipeline.photos.checkup import duplicates
from pipeline.photos.checkup.checkup import USUAL_ACCURACY, Checkup
from pipeline.photos.checkup.findings import LABEL_ALL, Finding, Mend
from pipeline.photos.photo_edits import MovePhotos
from pipeline.wording import numbers, score_text
from pipeline.workspace.photo_sets import PhotoSetRow

_LOOKS: Final[Mapping[str, tuple[str, markdown.BadgeColour, str]]] = {
    "stops": ("Required", "red", ":material/block:"),
    "mend": ("Recommended", "orange", ":material/build:"),
    "know": ("Good to know", "blue", ":material/info:"),
}
_PLACES: Final[Mapping[str | None, str]] = {"add_photos": tabs.ADD, "label": tabs.LABEL}
_GROUPS: Final = 4  # of a finding, that are shown at once
_IN_ROW: Final = 4  # photos of a group side by side
_ROWS: Final = 2  # of photos, before one scrolls
_TILE_PX: Final = 150


def show(row: PhotoSetRow) -> None:
    """The whole check-up."""
    with st.spinner("Looking the photos over …", show_time=True):
        checkup = resources.checkup(row.id, len(row.rejected))
    _verdict(checkup)
    for number, finding in enumerate(checkup.findings):
        with st.container(border=True, key=f"finding_{number}"):
            _finding(row, number, finding)
    if not checkup.findings:
        st.success("Nothing to mend was found.", icon=":material/check_circle:")


def _verdict(checkup: Checkup) -> None:
    with st.grid(3, min_column_width=200, gap="small"):
        st.metric(
            "Score of this set",
            f"{checkup.score} of 100",
            border=True,
            help="100 minus what each finding below costs; at most 20 while something keeps it "
            "from being trained. A rule of thumb for what to mend first.",
        )
        ends = checkup.usual_interval
        usual = numbers.percent(USUAL_ACCURACY, 0)
        st.metric(
            f"{usual} right would mean",
            f"{numbers.interval(*ends)} %" if ends else "no test photos",
            border=True,
            help=f"The 95 % interval of a score with that result. {numbers.MEANING}",
        )
        found = len(checkup.findings)
        st.metric(
            "Findings",
            numbers.plural(found, "thing") if found else "nothing",
            border=True,
            help="Each with what to do about it.",
        )
    if ends:
        judges = checkup.judges
        tests = checkup.test_photos if judges.are_all else None
        st.caption(score_text.foretold(judges.photos, judges.scenes, tests, judges.without_test))


def _finding(row: PhotoSetRow, number: int, finding: Finding) -> None:
    word, colour, icon = _LOOKS[finding.level]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{markdown.literal(finding.title)}**", width="content")
        st.badge(word, color=colour, icon=icon)
        if finding.points:
            st.caption(f"costs {numbers.plural(finding.points, 'point')}", width="content")
    st.markdown(markdown.literal(finding.text), width=frame.TEXT_PX)
    _pictures(row, number, finding)
    if LABEL_ALL in finding.mends:
        _label_all(row, number, finding)
    with st.container(horizontal=True):
        for place, mend in enumerate(one for one in finding.mends if one != LABEL_ALL):
            urgent = finding.level == "stops" and place == 0
            _mend_button(row, mend, f"mend_{number}_{place}", urgent)
        if finding.photos and st.button(
            "Look at them",
            key=f"mend_look_{number}",
            icon=":material/visibility:",
            type="tertiary",
            help="Shows these photos in the gallery.",
        ):
            gallery.show_finding(row, number)
            tabs.go(tabs.LOOK)


@st.fragment
@frame.guard()
def _pictures(row: PhotoSetRow, number: int, finding: Finding) -> None:
    """The photos that it is about; what belongs together side by side, a page of groups at a time.

    For a contradiction there is a button for each label.
    """
    if not finding.photos:
        return
    if not finding.together:
        _wall(row, f"finding_{row.album_id}_{number}", finding.title, finding.photos)
        return
    photo_set = resources.photo_set(row.id)
    groups = [(place, group, duplicates.pick(photo_set, group))
              for place, group in enumerate(finding.together)]  # fmt: skip
    shown = tiles.page_of(groups, _GROUPS, f"finding_groups_{row.id}_{number}")
    asks = any(len(choices) > 1 for _, _, choices in shown)
    with st.container(horizontal=not asks):
        for place, group, choices in shown:
            with st.container(horizontal=asks, vertical_alignment="center", width="content"):
                with st.container(width=_TILE_PX * min(len(group), _IN_ROW)):
                    _wall(row, f"finding_{row.album_id}_{number}_{place}", finding.title, group)
                if len(choices) > 1:
                    for choice, mend in enumerate(choices):
                        _mend_button(row, mend, f"mend_{number}_{place}_{choice}")


def _wall(row: PhotoSetRow, key: str, title: str, photos: Sequence[int]) -> None:
    photo_wall.show(row, photos, key=key, called=title, rows=_ROWS, splits=True)


def _label_all(row: PhotoSetRow, number: int, finding: Finding) -> None:
    """A class to choose or to type, for all of them at once."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=300):
            label = label_choice(LABEL_ALL.label, row, f"finding_label_{row.id}_{number}")
        if st.button(
            f"Apply to {numbers.photos(len(finding.photos))}",
            key=f"finding_label_all_{number}",
            icon=":material/label:",
            disabled=not label or not row.is_newest,
            help="Makes a new version of the set; Undo takes it back.",
        ):
            versions.apply(row, MovePhotos(finding.photos, label or ""))


def _mend_button(row: PhotoSetRow, mend: Mend, key: str, urgent: bool = False) -> None:
    if not st.button(
        markdown.literal(mend.label),
        key=key,
        type="primary" if urgent else "secondary",
        icon=":material/auto_fix_high:" if mend.edit else ":material/arrow_forward:",
        disabled=mend.edit is not None and not row.is_newest,
        help="Makes a new version of the set; Undo takes it back." if mend.edit else None,
    ):
        return
    if mend.edit is not None:
        versions.apply(row, mend.edit)
    tabs.go(_PLACES.get(mend.place, tabs.LOOK))
