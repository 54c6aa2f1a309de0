"""Taking a run away: every form in which it can be had, made as a job, checked, downloaded."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import streamlit as st

from pages.ui import frame, stores
from pages.ui.parts import downloads, job_card, run_result, setting_controls
from pipeline.exporting import parity
from pipeline.exporting.formats import EIGHT_BIT, FORMATS, Format
from pipeline.exporting.script import SCRIPT_NAME
from pipeline.files import sizes
from pipeline.jobs import export_job
from pipeline.jobs.job import Job
from pipeline.settings import mode
from pipeline.settings.export_settings import MAX_LOSS
from pipeline.wording import eight_bit_text, score_text, text
from pipeline.workspace.run import Run
from pipeline.workspace.states import JobState


def show(run: Run) -> None:
    """A card for each form, the tables, and where TensorBoard finds the curves."""
    st.markdown(
        "Everything here is yours and works without PawTune. A network is handed out only after it "
        "has answered 100 photos just as it does in the app; in 8 bits, after what these cost was "
        "measured.",
        width=frame.TEXT_PX,
    )
    with st.grid(3, min_column_width=230, gap="small"):
        for form in FORMATS.values():
            with st.container(border=True, height="stretch"):
                _card(run, form)
    with st.container(horizontal=True, vertical_alignment="center"):
        _tables(run)
    if not mode.is_demo():
        _tensorboard()


def _card(run: Run, form: Format) -> None:
    st.markdown(f"**{form.label}**")
    st.caption(form.what)
    if form.missing:
        st.caption(f":material/extension: {form.missing}")
        return
    if form.is_network and not run.can_answer:
        st.caption(":material/block: This run ended before it had a network.")
        return
    max_loss = _max_loss(form) if form.name in EIGHT_BIT else MAX_LOSS.default
    job = stores.jobs().latest("export", **export_job.request(run, form, max_loss))
    if job is not None and job.state != JobState.DONE:
        job_card.show(job.id, f"{form.label}: the file is ready.")
    made = stores.made_file(job) if job is not None and job.state == JobState.DONE else None
    if job is not None and made is not None:
        _download(run, form, job, made)
    elif job is None or job.finished:
        _make(run, form, max_loss)


def _max_loss(form: Format) -> float:
    """How many points a form in 8 bits may cost; another number asks anew."""
    return float(setting_controls.setting(MAX_LOSS, f"take_max_loss_{form.name}"))


def _make(run: Run, form: Format, max_loss: float) -> None:
    if st.button(
        "Prepare",
        key=f"take_{form.name}",
        icon=":material/archive:",
        help="Takes up to half a minute, beside everything else.",
    ):
        stores.jobs().submit_export(run.id, form.name, max_loss)
        st.rerun()


def _download(run: Run, form: Format, job: Job, path: Path) -> None:
    if small := job.result.get("eight_bit"):
        st.markdown(eight_bit_text.table(small))
    if said := parity.said(job.result):
        st.caption(f":material/verified: {said}")
    st.download_button(
        f"Download ({sizes.size(path.stat().st_size)})",
        path.read_bytes,
        # The script is called as its own first lines call it.
        file_name=SCRIPT_NAME
        if path.suffix == Path(SCRIPT_NAME).suffix
        else f"{text.file_name(run.name)}-{form.name}{path.suffix}",
        key=f"take_download_{form.name}",
        icon=":material/download:",
        on_click="ignore",
        help=form.what,
    )


def _tables(run: Run) -> None:
    """Curves and answers, for a spreadsheet."""
    if run.epochs:
        run_result.curves_download(run, "take_curves")
    runs = stores.runs()
    if run.test:
        downloads.csv(
            "Answers about the test photos (CSV)",
            lambda: runs.predictions_csv(run.id),
            file_name=f"{run.id}-answers.csv",
            key="take_answers",
            purpose="One line for each photo: its label, the prediction, every probability.",
        )
    if run.cross_validation:
        downloads.csv(
            f"Answers about {score_text.judged(run.cross_validation)} (CSV)",
            lambda: runs.cross_validated_csv(run.id),
            file_name=f"{run.id}-all-answers.csv",
            key="take_all_answers",
            purpose="The same of every photo, each asked about by a network that had not seen it.",
        )


def _tensorboard() -> None:
    st.caption(
        "For those who use TensorBoard, a program that draws curves: every training leaves its "
        "curves where this command finds them."
    )
    folder = str(stores.workspace().runs_folder)
    quoted = f'"{folder}"' if os.name == "nt" else shlex.quote(folder)
    st.code(f"tensorboard --logdir {quoted}", language=None)
