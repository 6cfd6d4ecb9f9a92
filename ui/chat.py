"""The chat in the browser: a conversation beside the articles it rests on.

Gradio carries the questions and the answers; what stands around them is a script of our own (``static/chat/``), so that
a link to a source is a real link and no part of the page has to be evaluated from text. The script tells Gradio which
conversation is open, and what questions are limited to, through boxes that nobody sees.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import gradio as gr

from index.errors import BylineError
from ui.api_conversations import visit_of
from ui.conversation import Chat, Messages, Visit
from ui.errors import shown

AT_ONCE = 500
"""Questions that Gradio takes at once; how many are answered at once is up to ``Answering``."""
Update = dict[str, Any]
Steps = AsyncGenerator[tuple[Any, ...], None]
BUSY: Update = {"submit_btn": False, "stop_btn": True}
RESTING: Update = {"submit_btn": True, "stop_btn": False}
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events read and change; those below the box are set and pressed by the page's script."""

    messages: gr.Chatbot
    box: gr.Textbox
    picked: gr.Textbox
    """A question that was clicked."""
    conversation: gr.Textbox
    """The open conversation's id."""
    limits: gr.Textbox
    """What questions are limited to, as ``ScopeIn`` reads it."""
    ask: gr.Button
    """Ask what was picked."""
    again: gr.Button
    open: gr.Button
    trouble: gr.Textbox
    """One line on what could not be done, for the script to show."""


def build_chat(chat: Chat) -> gr.Blocks:
    """The page's conversation and question box."""
    page: gr.Blocks = gr.Blocks(title="Byline", analytics_enabled=False, fill_width=True)
    with page:
        parts = Parts(
            messages=_messages(),
            box=_box(chat.settings.question_characters),
            picked=_unseen("picked"),
            conversation=_unseen("conversation-id"),
            limits=_unseen("limits"),
            ask=gr.Button(elem_id="ask", visible="hidden"),
            again=gr.Button(elem_id="again", visible="hidden"),
            open=gr.Button(elem_id="open", visible="hidden"),
            trouble=_unseen("trouble"),
        )
        _connect(page, parts, chat)
    # Gradio's own default answers one person at a time.
    page.queue(default_concurrency_limit=AT_ONCE)
    return page


def _messages() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="conversation",
        show_label=False,
        container=False,
        height="100%",
        autoscroll=False,
        layout="panel",
        buttons=[],
        feedback_options=None,
        latex_delimiters=[],
        group_consecutive_messages=False,
    )


def _box(longest: int) -> gr.Textbox:
    return gr.Textbox(
        "",
        elem_id="box",
        show_label=False,
        container=False,
        submit_btn=True,
        max_length=longest,
        lines=1,
        max_lines=6,
        autofocus=True,
        html_attributes=gr.InputHTMLAttributes(autocapitalize="sentences", spellcheck=True),
    )


def _unseen(name: str) -> gr.Textbox:
    return gr.Textbox("", elem_id=name, visible="hidden")


def _connect(page: gr.Blocks, parts: Parts, chat: Chat) -> None:
    do = Handlers(chat)
    shows, where = [parts.messages, parts.box, parts.trouble], [parts.conversation, parts.limits]
    asking: list[Any] = [
        parts.box.submit(do.ask, [parts.box, *where], shows, **QUIET),
        parts.ask.click(do.ask, [parts.picked, *where], shows, **QUIET),
        parts.again.click(do.again, where, shows, **QUIET),
    ]
    parts.box.stop(do.stop, parts.conversation, [parts.messages, parts.box], cancels=asking, **QUIET)
    parts.open.click(do.open, parts.conversation, shows, cancels=asking, **QUIET)
    page.load(do.load, outputs=shows, **QUIET)


@dataclass(frozen=True, slots=True)
class Handlers:
    """What happens on the page's events; those that ask are generators, since Gradio looks at the function for that."""

    chat: Chat

    async def ask(self, question: str, conversation: str, limits: str, request: gr.Request) -> Steps:
        """Ask what was typed or clicked; the page's script takes out of the box what stands in the conversation."""
        asked = self.chat.ask(_visit(request, conversation), question, limits=limits)
        async with aclosing(_shown(asked)) as steps:
            async for step in steps:
                yield step

    async def again(self, conversation: str, limits: str, request: gr.Request) -> Steps:
        """Ask the last question once more."""
        asked = self.chat.again(_visit(request, conversation), limits=limits)
        async with aclosing(_shown(asked)) as steps:
            async for step in steps:
                yield step

    async def stop(self, conversation: str, request: gr.Request) -> tuple[Messages, Update]:
        """Wait no longer."""
        return await self.chat.stop(_visit(request, conversation)), gr.update(**RESTING)

    async def open(self, conversation: str, request: gr.Request) -> tuple[Any, ...]:
        """Show another conversation."""
        return await _opened(self.chat, _visit(request, conversation))

    async def load(self, request: gr.Request) -> tuple[Any, ...]:
        """Show the conversation that the address names."""
        return await self.open(request.query_params.get("conversation", ""), request)


async def _shown(grown: AsyncGenerator[Messages, None]) -> Steps:
    """The conversation as it grows, Stop in place of Send."""
    busy = gr.update(**BUSY)
    try:
        async for messages in grown:
            yield messages, busy, ""
            busy = gr.skip()
        yield gr.skip(), gr.update(**RESTING), gr.skip()
    except BylineError as error:
        yield gr.skip(), gr.update(**RESTING), shown(error)[0]
    finally:
        await grown.aclose()


async def _opened(chat: Chat, visit: Visit) -> tuple[Any, ...]:
    words = visit.words
    box = gr.update(placeholder=words("placeholder"), label=words("box"), **RESTING)
    try:
        messages = await chat.shown(visit)
        return gr.update(value=messages, placeholder=await chat.greeting(words)), box, ""
    except BylineError as error:
        return gr.skip(), box, shown(error)[0]


def _visit(request: gr.Request, conversation: str) -> Visit:
    assert request.request is not None
    return visit_of(request.request, conversation, request.session_hash or "")


def theme() -> gr.themes.Base:
    """Gradio's plainest theme with the system's fonts; colours come from ``static/byline.css``."""
    return gr.themes.Base(
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
        radius_size=gr.themes.sizes.radius_sm,
    )
