"""The version that one looks at: what was changed last, Undo, and going back to an old one."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import pickers
from pipeline.photos.editing import Edit
from pipeline.wording import numbers, text
from pipeline.workspace.photo_sets import PhotoSetRow


@frame.guard()
def apply(row: PhotoSetRow, edit: Edit) -> None:
    """Change the set, show its new version, and say how to take the change back."""
    what = edit.sentence(resources.photo_set(row.id).content)
    changed = stores.versions().edit(row.id, edit)
    _show(changed, f"{markdown.literal(what)}. Undo takes it back.")


def bar(row: PhotoSetRow) -> None:
    """What the last change was, with Undo and Redo; nothing for a set that never changed."""
    if not row.is_newest:
        _older(row)
        return
    if row.versions < 2 and not row.can_redo:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f":material/history: Version {row.version}, {text.ago(row.created_at)}: "
            f"{markdown.literal(row.change)}.",
            width="content",
        )
        if row.can_undo and _button(
            "Undo", "undo", "Goes back to the version before this change. Redo brings it back."
        ):
            with frame.guard():
                _show(stores.versions().undo(row.id), "The change is taken back.")
        if row.can_redo and _button(
            "Redo", "redo", "Makes the change again that you took back last."
        ):
            with frame.guard():
                _show(stores.versions().redo(row.id), "The change is there again.")


def _button(label: str, name: str, purpose: str) -> bool:
    icon = f":material/{name}:"
    return st.button(label, key=f"photos_{name}", icon=icon, type="tertiary", help=purpose)


def _older(row: PhotoSetRow) -> None:
    """An earlier version can be looked at and trained on, not changed."""
    newest = stores.versions().history(row.id)[0]
    number = f"version {row.version} of {row.versions}" if row.version else "a change taken back"
    st.info(
        f"You look at {number} of this set. It can be looked at and trained on; changes are made "
        "to the newest one.",
        icon=":material/history:",
    )
    if st.button("Go to the newest version", key="photos_newest", icon=":material/update:"):
        go_to(newest.photo_set_id)
        st.rerun()


def versions(row: PhotoSetRow) -> None:
    """All versions with what made each, and forgetting the earlier ones."""
    history = stores.versions().history(row.id)
    st.markdown(
        "Every change makes a new version; runs keep the one that they learned from. The last "
        "20 changes can be taken back."
    )
    st.dataframe(
        {
            "Version": [version.number for version in history],
            "What changed": [version.change for version in history],
            "Photos": [version.photos for version in history],
            "Runs": [version.runs for version in history],
            "Made": [text.ago(version.created_at) for version in history],
        },
        hide_index=True,
        height="content" if len(history) < 10 else 400,
        alt="Versions of this photo set, newest first",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        earlier = {f"Version {version.number}": version for version in history}
        chosen = st.selectbox(
            "Look at",
            list(earlier),
            key=f"photos_version_{row.id}",
            width=220,
            help="Shows an earlier version; the newest stays as it is.",
        )
        if st.button("Show this version", key="photos_show_version", icon=":material/visibility:"):
            go_to(earlier[chosen].photo_set_id)
            st.rerun()
        if st.button(
            "Forget earlier versions",
            key="photos_forget",
            icon=":material/history_off:",
            disabled=len(history) < 2 and not row.can_redo,
            help="Deletes what was before, with photos that you took out, for good. Versions "
            "that runs learned from stay until those runs are deleted.",
        ):
            with frame.guard():
                gone = stores.versions().forget_earlier(row.id)
                frame.show_change(f"{numbers.plural(gone, 'earlier version')} deleted.")


def go_to(photo_set_id: str) -> None:
    """Make a set or version the one that all pages look at."""
    st.session_state[pickers.PHOTO_SET] = photo_set_id
    st.query_params["set"] = photo_set_id


def _show(row: PhotoSetRow, message: str) -> None:
    go_to(row.id)
    frame.show_change(message)
