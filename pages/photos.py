"""Photos: choose a set or bring one's own, see what came of it, look at it."""

import streamlit as st

from pages.ui import frame, gallery, importing, pickers, resources, setview

frame.open_page("Photos")

st.title("Photos")
frame.lead(
    "A network learns from examples: photos that carry a label. Here you choose which ones. "
    "Look at them well: what you cannot tell apart, it will not learn either, and a wrong "
    "label teaches it something wrong."
)

with frame.guard():
    busy = importing.current_job()
    looking, adding = st.tabs([":material/photo_library: This set", ":material/add: Add photos"])
    with looking, frame.guard():
        row = pickers.photo_set()
        if row is None and busy:
            st.caption("The photos appear here as soon as they are in.")
        elif row is None:
            importing.nothing_yet()
        else:
            setview.counts(row)
            pictures, numbers = st.columns([3, 2], gap="large")
            with pictures:
                gallery.browse(row, resources.photo_set(row.id))
            with numbers:
                setview.per_class(row)
                setview.rejections(row)
                setview.notes(row)
                setview.manage(row)
    with adding, frame.guard():
        importing.ready_sets()
        importing.own_photos()
