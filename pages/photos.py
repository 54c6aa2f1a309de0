"""Photos: bring them, see what came of them, mend what is wrong, keep them."""

import streamlit as st

from pages.ui import (
    bringing,
    checking,
    classes,
    frame,
    gallery,
    history,
    importing,
    keeping,
    pickers,
    setview,
    tabs,
)

frame.open_page("Photos")

st.title("Photos")
frame.lead(
    "A network learns from examples: photos that carry a label. Here you bring them and look at "
    "them. Look well: what you cannot tell apart, it will not learn either, and a wrong label "
    "teaches it something wrong."
)

with frame.guard():
    busy = importing.current_job()
    row = pickers.photo_set()
    if row is None and busy:
        st.caption("The photos appear here as soon as they are in.")
    elif row is None:
        importing.nothing_yet()
    else:
        history.bar(row)
    tab = tabs.opened(has_photos=row is not None)
    with frame.guard():
        if row is None or tab == tabs.ADD:
            bringing.own_photos(row)
            importing.ready_sets()
        elif tab == tabs.LOOK:
            setview.counts(row)
            setview.not_ready(row)
            gallery.browse(row)
            setview.rejections(row)
            setview.notes(row)
        elif tab == tabs.CHECK:
            checking.show(row)
        elif tab == tabs.CLASSES:
            setview.per_class(row)
            classes.edit(row)
        else:
            keeping.show(row)
