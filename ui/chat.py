"""The chat in the browser: a conversation beside the articles it rests on, and a place to add more of them.

Gradio carries the conversation; the source panel and the theme are a small script of our own (``static/chat.js``), so
that a link to a source is a real link and no part of the page has to be evaluated from text.
"""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from index.loading.kinds import SUFFIXES
from ui.conversation import Chat, greeting

HEAD = (
    '<link rel="stylesheet" href="/static/byline/byline.css">'
    '<link rel="stylesheet" href="/static/byline/chat.css">'
    '<script src="/static/byline/chat.js"></script>'
)
PROMISE = "Answers from your articles, every sentence with the sentence it rests on."
HINT = "Text, Markdown, web pages, PDF, Word, e-books, e-mails, .jsonl corpora, or a .zip of these; up to 50 MB a file."
Update = dict[str, Any]
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events read and change."""

    count: gr.Markdown
    fresh: gr.Button
    messages: gr.Chatbot
    box: gr.Textbox
    shelf: gr.Tab
    files: gr.File
    result: gr.Markdown
    listed: gr.Markdown


def build_chat(chat: Chat) -> gr.Blocks:
    """The page: a masthead, the conversation, and the articles."""
    page: gr.Blocks = gr.Blocks(title="Byline", analytics_enabled=False, fill_width=True)
    with page:
        with gr.Row(elem_id="masthead"):
            gr.Markdown(f'<div class="name">Byline</div><div class="promise">{PROMISE}</div>', elem_id="title")
            count = gr.Markdown(elem_id="count")
            fresh = gr.Button("New conversation", size="sm", elem_id="fresh")
            gr.Button("Dark", size="sm", elem_id="theme")
        with gr.Tabs(elem_id="rooms"):
            with gr.Tab("Ask"):
                messages = _messages()
                box = _box(chat.settings.question_characters)
            with gr.Tab("Articles") as shelf:
                files = gr.File(
                    file_count="multiple", file_types=list(SUFFIXES), label="Add articles", height=150, elem_id="drop"
                )
                gr.Markdown(HINT, elem_id="hint")
                result = gr.Markdown(elem_id="result")
                listed = gr.Markdown(elem_id="listed")
        parts = Parts(count, fresh, messages, box, shelf, files, result, listed)
        _connect_asking(parts, chat)
        _connect_articles(page, parts, chat=chat)
    page.queue(default_concurrency_limit=50)  # Gradio's own default answers one person at a time.
    return page


def _messages() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="conversation",
        show_label=False,
        container=False,
        height="100%",
        layout="panel",
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],
        group_consecutive_messages=False,
    )


def _box(longest: int) -> gr.Textbox:
    return gr.Textbox(
        elem_id="box",
        label="Your question",
        show_label=False,
        container=False,
        placeholder="Ask about the articles",
        submit_btn=True,
        max_length=longest,
        lines=1,
        max_lines=6,
        autofocus=True,
        html_attributes=gr.InputHTMLAttributes(autocapitalize="sentences", spellcheck=True),
    )


def _connect_asking(parts: Parts, chat: Chat) -> None:
    asked, exchanges = gr.State(""), gr.State([])
    shown = [exchanges, parts.messages]
    typed = parts.box.submit(taken, parts.box, [asked, parts.box], queue=False, **QUIET)
    picked = parts.messages.example_select(chosen, None, [asked, parts.box], queue=False, **QUIET)
    answering = [event.then(chat.ask, [asked, exchanges], shown, **QUIET) for event in (typed, picked)]
    for event in answering:
        event.then(resting, outputs=parts.box, **QUIET)
    for stop in (parts.box.stop, parts.fresh.click):
        stop(resting, outputs=parts.box, cancels=answering, queue=False, **QUIET)
    parts.fresh.click(lambda: ([], []), outputs=shown, **QUIET)


def _connect_articles(page: gr.Blocks, parts: Parts, *, chat: Chat) -> None:
    def opened() -> tuple[str, str, Update]:
        offered = chat.offered()
        begin = gr.update(placeholder=greeting(bool(offered)), examples=[{"text": question} for question in offered])
        return chat.count(), chat.listed(), begin

    def added(paths: list[str]) -> tuple[str, str, str, Update, None]:
        return chat.add(paths), *opened(), None

    news = [parts.count, parts.listed, parts.messages]
    page.load(opened, outputs=news, **QUIET)
    parts.shelf.select(chat.listed, outputs=parts.listed, **QUIET)
    parts.files.upload(added, parts.files, [parts.result, *news, parts.files], **QUIET)


def taken(question: str) -> tuple[str, Update]:
    """The question out of the box, and Stop in place of Send."""
    return question, gr.update(value="", submit_btn=False, stop_btn=True)


def chosen(example: gr.SelectData) -> tuple[str, Update]:
    """The example that was clicked, asked at once."""
    return taken(example.value["text"])


def resting() -> Update:
    """Send in place of Stop."""
    return gr.update(submit_btn=True, stop_btn=False)


def theme() -> gr.themes.Base:
    """Gradio's plainest theme with the system's fonts; colours come from ``static/byline.css``."""
    return gr.themes.Base(
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
        radius_size=gr.themes.sizes.radius_sm,
    )
