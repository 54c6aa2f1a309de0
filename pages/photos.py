"""Photos: bring them, see what came of them, mend what is wrong, keep them."""

import streamlit as st

from pages.ui import frame
from pages.ui.parts import import_card, phone_link, pickers, versions
from pages.ui.photos import (
    add,
    boxes,
    checkup,
    classes,
    final_test,
    from_phone,
    gallery,
    imports,
    keep,
    label_next,
    more_photos,
    photo_map,
    ready_sets,
    summary,
    tabs,
    wrong_labels,
)

frame.open_page("Photos")


def _sets() -> None:
    st.title("Photos")
    frame.lead(
        "Photos with a label each: the examples that the network learns from.",
        "Look well: what you cannot tell apart, the network will not learn either, and a wrong "
        "label teaches it something wrong.",
    )

    with frame.guard():
        from_phone.collect()
        busy = imports.current_job()
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            with st.container():
                row = pickers.photo_set()
            boxes.button()
            phone_link.button()
            if row is not None and row.is_newest:
                tabs.add_button()
        from_phone.offer_set(row)
        from_phone.card()
        if row is None and busy:
            st.caption("The photos appear here as soon as they are in.")
        elif row is None:
            import_card.nothing_yet()
        else:
            versions.bar(row)
        tab = tabs.opened(row.classes if row else ())
        with frame.guard():
            if row is None or tab == tabs.ADD:
                add.own_photos(row)
                ready_sets.show()
            elif tab == tabs.LOOK:
                summary.counts(row)
                summary.notes(row)
                summary.not_ready(row)
                gallery.browse(row)
                summary.account(row)
                summary.rejections(row)
            elif tab == tabs.MAP:
                photo_map.show(row)
            elif tab == tabs.LABEL:
                label_next.show(row)
            elif tab == tabs.CHECK:
                checkup.show(row)
                wrong_labels.show(row)
                more_photos.show(row)
            elif tab == tabs.CLASSES:
                summary.per_class(row)
                final_test.show(row)
                classes.edit(row)
            else:
                keep.show(row)

    frame.drawer()


# Not ended by `st.stop`: what is left of the other place would go on drawing itself into this one.
if boxes.is_open():
    boxes.show()
else:
    _sets()
