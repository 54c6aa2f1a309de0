"""The way to the phone: a quiet button, what becomes reachable, and the code to scan."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final

import segno
import streamlit as st

from pages.ui import frame, inline, stores
from pipeline.errors import SettingError
from pipeline.phone import where
from pipeline.phone.goal import Goal
from pipeline.phone.switch import Phone
from pipeline.settings import mode
from pipeline.wording import phone_text

PHOTOS: Final = "photos"
CLASSIFY: Final = "classify"
LOOK_EVERY: Final = "2s"
_OPEN: Final = "phone_open"  # session: whether the card is shown
_SCALE: Final = 6  # pixels of a module of the code
_WIDTH_PX: Final = 220


def current() -> Phone:
    """The switch of this server's workspace."""
    return _phone(str(stores.workspace().home))


@st.cache_resource(max_entries=1, show_spinner=False, on_release=lambda phone: phone.off())
def _phone(home: str) -> Phone:
    opened = stores.workspace()  # a thread of the phone's may not ask Streamlit for it
    return Phone(lambda: opened)


def offer_photos(goal: Goal | None) -> None:
    """Let a phone bring photos to what this page shows.

    Args:
        goal: That; None where nothing can join.
    """
    if not mode.is_demo():
        current().desk.goal = goal


def offer_run(run_id: str, sure_from: float) -> None:
    """Let a phone ask the network that this page shows.

    Args:
        run_id: The run.
        sure_from: See `answer.called`.
    """
    if not mode.is_demo():
        current().desk.run, current().desk.sure_from = run_id, sure_from


def button() -> None:
    """Opens and closes the card."""
    st.button(
        "On the phone",
        key="phone_button",
        icon=":material/smartphone:",
        type="tertiary",
        width="content",
        on_click=_turn,
        help="Take photos with your phone, for a class or for an answer. Off until you switch it "
        "on.",
    )


def _turn() -> None:
    st.session_state[_OPEN] = not st.session_state.get(_OPEN, False)


def show(way: str, has_news: Callable[[Phone], bool] = lambda _phone: False) -> None:
    """What the button opened; while a phone is let in, a line tells so in any case.

    Args:
        way: What the phone shows first: `PHOTOS` or `CLASSIFY`.
        has_news: Whether the page is to be drawn anew, with what the phone brought.
    """
    is_open = st.session_state.get(_OPEN, False)
    is_on = not mode.is_demo() and current().link is not None
    if not is_open and not is_on:
        return

    @st.fragment(run_every=LOOK_EVERY if is_on else None)
    @frame.guard()
    def card() -> None:
        if not is_on:
            _off()
            return
        phone = current()
        if phone.link is None:
            frame.say_later("The phone's hour is over.")
            st.rerun()
        if has_news(phone):
            st.rerun()
        _on(phone, way, is_open)

    with st.container(border=is_open, key="phone_card", gap="small"):
        card()


def _off() -> None:
    try:
        place = where.find()
    except SettingError as error:
        st.info(str(error), icon=":material/smartphone:")
        return
    st.markdown(phone_text.REACHABLE, width=frame.TEXT_PX)
    st.caption(phone_text.WHERE_PROXY if place.address else phone_text.WHERE)
    if st.button(
        "Switch on for one hour",
        key="phone_on",
        icon=":material/smartphone:",
        help="Makes a new code, which ends with the hour, when you switch it off, or when PawTune "
        "ends.",
    ):
        current().on()
        st.rerun()


def _on(phone: Phone, way: str, is_open: bool) -> None:
    link, address = phone.link, phone.address
    assert link is not None
    came = phone_text.came(phone.desk.bringing.received, phone.desk.asked)
    said = f":material/smartphone: **{phone_text.until(link.until)}**"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{said} · {came}" if came else said, width="content")
        if st.button(
            "Switch off",
            key="phone_off",
            type="tertiary",
            icon=":material/close:",
            width="content",
            help="The code is good for nothing from then on. What came stays.",
        ):
            phone.off()
            st.rerun()
    if not is_open:
        return
    target = f"{address}#{way}"
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.image(
            inline.source(_code(target)), width=_WIDTH_PX, alt="The code to scan with the phone"
        )
        with st.container(gap="small"):
            st.markdown(phone_text.SCAN)
            st.code(target, language=None, wrap_lines=True)
            st.caption(phone_text.KEEP_SECRET)


@st.cache_data(max_entries=4, show_spinner=False)
def _code(address: str) -> bytes:
    """An address as a code in PNG: dark on light in any theme, since phones read no other."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="png", scale=_SCALE, border=4, dark="#000000", light="#ffffff"
    )
    return out.getvalue()
