"""The check-up of a photo set: a score, what was found, and a button that mends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from pages.ui import frame, markdown, resources
from pages.ui.parts import tiles, versions
from pages.ui.photos import gallery, tabs
from pipeline.photos.checkup import duplicates
from pipeline.photos.checkup.checkup import USUAL_ACCURACY, Checkup
from pipeline.photos.checkup.findings import Finding, Mend
from pipeline.wording import numbers, score_text
from pipeline.workspace.photo_sets import PhotoSetRow

_LOOKS: Final[Mapping[str, tuple[str, markdown.BadgeColour, str]]] = {
    "stops": ("Required", "red", ":material/block:"),
    "mend": ("Recommended", "orange", ":material/build:"),
    "know": ("Good to know", "blue", ":material/info:"),
}
_PLACES: Final[Mapping[str | None, str]] = {"add_photos": tabs.ADD, "label": tabs.LABEL}
_GROUPS: Final = 4  # pictures of a finding that are shown at once
_IN_GROUP: Final = 4


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
            "Found",
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
    with st.container(horizontal=True):
        for place, mend in enumerate(finding.mends):
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


def _pictures(row: PhotoSetRow, number: int, finding: Finding) -> None:
    """What belongs together, side by side; for a contradiction a button for each label.

    Where nothing does, some of the photos that the finding is about.
    """
    if not finding.photos:
        return
    photo_set = resources.photo_set(row.id)
    for place, group in enumerate(finding.together[:_GROUPS] or (finding.photos,)):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for index in group[:_IN_GROUP]:
                photo = photo_set.photos[index]
                with st.container(width=110, gap="xxsmall"):
                    st.image(
                        resources.thumbnail(row.id, index, 160),
                        width="stretch",
                        alt=tiles.alt(photo_set, photo),
                    )
                    label = photo_set.classes[photo.class_index]
                    label = markdown.name(label, photo_set.classes, 16)
                    st.caption(f"{label}, {photo.split}", text_alignment="center")
            if len(group) > _IN_GROUP:
                st.caption(f"and {len(group) - _IN_GROUP:,} more", width="content")
            choices = duplicates.pick(photo_set, group) if finding.together else ()
            if len(choices) > 1:
                for choice, mend in enumerate(choices):
                    _mend_button(row, mend, f"mend_{number}_{place}_{choice}")
    if len(finding.together) > _GROUPS:
        st.caption(f"and {numbers.plural(len(finding.together) - _GROUPS, 'more such group')}.")


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
