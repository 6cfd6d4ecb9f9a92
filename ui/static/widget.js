/* Byline's widget: a chat for any page. It is one file without dependencies, keeps nothing in the browser, and builds
   every piece of text as a DOM node, never as HTML. Its styles are a constructed sheet in a shadow root, so a page with
   "default-src 'self'" needs two additions only: script-src and connect-src with the address of the server.

   <script src="https://HOST/widget.js" data-widget="ID" defer></script>            a button that opens the chat
   <script src="https://HOST/widget.js" defer></script> <byline-chat widget="ID">   the chat as a part of the page */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script) throw new Error("Byline's widget is a classic script: leave out type=module.");
  const base = new URL(".", script.src);

  // In this string's place the server puts the texts of ui/words/widget.json, by language.
  const words = "words/widget.json";

  // Inside, !important beats whatever the page says of every element, and "all: initial" what its elements would inherit.
  const style = `
:host { all: initial !important; display: contents !important; color-scheme: light dark !important }
:host([hidden]) { display: none !important }
:host([theme=light]) { color-scheme: light !important }
:host([theme=dark]) { color-scheme: dark !important }
.root { --paper: light-dark(#fffefb, #1c1f23); --ink: light-dark(#1d1b18, #e9e5dc); --soft: light-dark(#5f5950, #b0aa9e);
  --rule: light-dark(#d8d0c0, #3b3f45); --link: light-dark(#7a1717, #efb0a6); --mark: light-dark(#fbeaa8, #57491a);
  --mine: light-dark(#f3ecdc, #2a2e33); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif }
* { box-sizing: border-box }
[hidden] { display: none !important }
button, textarea { font: inherit; color: inherit }
button { cursor: pointer; border: 1px solid var(--rule); border-radius: 8px; background: none; padding: 5px 11px }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.bar :focus-visible, .bubble:focus-visible { outline-color: var(--on); box-shadow: 0 0 0 5px var(--colour) }
.bubble, .panel.over { position: fixed; z-index: 2147483000; inset-block-end: 20px; inset-inline-end: 20px }
.top.bubble, .top.over { inset-block: 20px auto }
.start.bubble, .start.over { inset-inline: 20px auto }
.bubble { display: grid; place-items: center; width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%;
  background: var(--colour); color: var(--on); font-size: 24px; box-shadow: 0 3px 14px #0005 }
.icon { width: 24px; height: 24px; object-fit: contain; fill: currentColor; line-height: 1 }
.panel { position: relative; display: flex; flex-direction: column; width: var(--width, 100%); height: var(--height, 520px); max-width: 100%;
  background: var(--paper); border: 1px solid var(--rule); border-radius: 12px; overflow: hidden }
.panel.over { width: var(--width, 400px); height: var(--height, 600px); max-width: calc(100vw - 40px);
  max-height: calc(100vh - 40px); max-height: calc(100dvh - 40px); box-shadow: 0 8px 40px #0006 }
.bar { min-height: 54px; display: flex; align-items: center; gap: 8px; padding: 9px 14px; background: var(--colour); color: var(--on) }
.bar h2 { flex: 1; margin: 0; font-size: 16px; font-weight: 600; line-height: 1.3; overflow-wrap: anywhere }
.bar button { display: grid; place-items: center; width: 34px; height: 34px; padding: 0; border: 0 }
.talk { flex: 1; overflow-y: auto; padding: 14px; overflow-wrap: anywhere }
.talk:focus-visible { outline-offset: -3px }
.talk p, .talk ul, .talk ol { margin: 0 0 8px }
.talk ul, .talk ol { padding-inline-start: 22px }
.asked { position: relative; width: fit-content; max-width: 88%; margin: 12px 0 10px; margin-inline-start: auto; padding: 7px 12px; border-radius: 12px; background: var(--mine); white-space: pre-wrap }
.short { font-weight: 600 }
.quiet, .credit { color: var(--soft); font-size: 13px }
.side { margin: 0 0 8px; padding-inline-start: 10px; border-inline-start: 3px solid var(--rule) }
.tries { display: flex; flex-wrap: wrap; gap: 6px; margin-block: 10px }
.tries button { text-align: start }
a { color: var(--link) }
a.cite { padding-inline: 3px; font-size: 13px; font-weight: 600; text-decoration: none; white-space: nowrap }
a.cite:hover { text-decoration: underline }
mark { background: var(--mark); color: inherit }
code { font: .92em ui-monospace, "Liberation Mono", monospace; background: var(--mine); padding: 0 3px; border-radius: 3px }
.tip { position: absolute; inset-inline: 12px; z-index: 1; max-height: 45%; overflow: auto; padding: 10px 12px; border: 1px solid var(--rule);
  border-radius: 8px; background: var(--paper); box-shadow: 0 4px 18px #0005; overflow-wrap: anywhere }
.tip q { display: block; quotes: "“" "”" }
.note { margin: 0; padding: 8px 14px; border-top: 1px solid var(--rule); font-size: 13px }
form { display: flex; gap: 8px; align-items: end; padding: 10px 12px; border-top: 1px solid var(--rule) }
textarea { flex: 1; min-width: 0; height: 40px; max-height: 140px; padding: 8px 10px; resize: none; field-sizing: content; min-height: 40px;
  border: 1px solid light-dark(#8b8375, #7d7a74); border-radius: 8px; background: none; line-height: 22px }
textarea::placeholder { color: var(--soft); opacity: 1 }
form button { min-height: 40px; border: 0; background: var(--colour); color: var(--on) }
form button:disabled { opacity: 1; background: var(--mine); color: var(--soft); cursor: default }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.reading { animation: breathe 1.6s ease-in-out infinite alternate }
@keyframes breathe { to { opacity: .75 } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; scroll-behavior: auto !important } }
@media (max-width: 479px) { .panel.over { inset: 0 !important; width: auto; height: auto; max-width: none; max-height: none; border: 0; border-radius: 0 } }
@media (forced-colors: active) { .bubble, .bar button, form button { border: 1px solid } }`;
  let sheet;

  /** An element with its attributes and children; text is always a text node. */
  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  };

  const drawing = (path) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS(svg.namespaceURI, "path");
    for (const [name, value] of [["class", "icon"], ["viewBox", "0 0 24 24"], ["aria-hidden", "true"]]) svg.setAttribute(name, value);
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };
  const SPEECH = "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2h-8l-5 5v-5H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm2 5v2h12V8zm0 4v2h8v-2z";
  const CROSS = "M6.4 5 5 6.4 10.6 12 5 17.6 6.4 19 12 13.4l5.6 5.6 1.4-1.4L13.4 12 19 6.4 17.6 5 12 10.6z";
  const FRESH = "M12 5V1L7 6l5 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z";

  /** The address if it is one of the web, else null. */
  const web = (address, from) => {
    try {
      const url = new URL(address, from);
      return /^https?:$/.test(url.protocol) ? url.href : null;
    } catch {
      return null;
    }
  };

  const INLINE = /`([^`\n]+)`|\*\*([^\n]+?)\*\*|\*([^*\s](?:[^*\n]*[^*\s])?)\*|\[([^\]\n]{1,300})\]\(([^()\s]{1,2000})\)/;
  /** Bold, italics, code and links of a line as nodes; everything else stays the text it is. */
  const inline = (text) => {
    const nodes = [];
    let found;
    while ((found = INLINE.exec(text))) {
      nodes.push(text.slice(0, found.index));
      const [whole, code, bold, italic, label, address] = found;
      const link = address && web(address);
      if (code) nodes.push(make("code", null, code));
      else if (bold) nodes.push(make("strong", null, ...inline(bold)));
      else if (italic) nodes.push(make("em", null, ...inline(italic)));
      else if (link) nodes.push(make("a", { href: link, target: "_blank", rel: "noopener noreferrer nofollow" }, label));
      else nodes.push(whole);
      text = text.slice(found.index + whole.length);
    }
    return [...nodes, text];
  };

  /** Paragraphs and lists of a safe subset of Markdown, as nodes. */
  const rich = (text) => {
    const blocks = [];
    let list = null;
    for (const line of text.split("\n")) {
      const item = /^\s*(?:[-*•]|(\d{1,9})[.)])\s+(.*)$/.exec(line);
      if (item) {
        const tag = item[1] ? "OL" : "UL";
        if (!list || list.tagName !== tag) blocks.push((list = make(tag, { dir: "auto", start: item[1] })));
        list.append(make("li", null, ...inline(item[2])));
      } else {
        list = null;
        if (line.trim()) blocks.push(make("p", { dir: "auto" }, ...inline(line)));
      }
    }
    return blocks;
  };

  /** Black or white, whichever reads better on the colour; null for what is no colour. */
  const readableOn = (colour) => {
    const [red, green, blue] = (colour.match(/^rgba?\((\d+), (\d+), (\d+)/) || []).slice(1).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    if (blue === undefined) return null;
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000" : "#fff";
  };

  /** The first of these languages that the widget speaks, such as "de" for "de-CH"; English for none. */
  const spoken = (languages) => languages.map((one) => (one || "").toLowerCase().split("-")[0]).find((one) => Object.hasOwn(words, one)) || "en";

  const length = (value) => (/^\d{1,5}$/.test(value || "") ? `${value}px` : value);

  /** Server-sent events of a reply as they arrive. */
  async function* events(reply) {
    const reader = reply.body.getReader();
    const decoder = new TextDecoder();
    let held = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      held += decoder.decode(value, { stream: true });
      const whole = held.split("\n\n");
      held = whole.pop();
      for (const one of whole) {
        const parts = /^event: (\w+)\ndata: (.*)$/.exec(one);
        if (parts) yield [parts[1], JSON.parse(parts[2])];
      }
    }
  }

  /** A line that tells the visitor why there is no answer; ``final`` where asking again would not help. */
  class Told extends Error {
    constructor(line, final = false) {
      super(line);
      this.final = final;
    }
  }

  class BylineChat extends HTMLElement {
    connectedCallback() {
      if (this._root) {
        this._watch(true);
        return;
      }
      this._history = [];
      this._language = spoken([this.getAttribute("language"), this.closest("[lang]")?.lang, document.documentElement.lang, ...navigator.languages]);
      this._said = words[this._language];
      this._bubbles = this.getAttribute("mode") === "bubble";
      this._root = this._build();
      if (!sheet) {
        sheet = new CSSStyleSheet();
        sheet.replaceSync(style);
      }
      const shadow = this.attachShadow({ mode: "open" });
      shadow.adoptedStyleSheets = [sheet];
      shadow.append(this._root);
      this._colour();
      this._watch(true);
      this._begin();
      if (!this._bubbles) this._check();
      else if (this.hasAttribute("open") && this.getAttribute("open") !== "false") this.open(false);
    }

    disconnectedCallback() {
      this._watch(false);
      if (this._asking) this._asking.abort();
    }

    _watch(on) {
      this._online = this._online || (() => this._network());
      for (const name of ["online", "offline"]) window[on ? "addEventListener" : "removeEventListener"](name, this._online);
      this._network();
    }

    /** Show the panel of the bubble. */
    open(focus = true) {
      if (!this._bubbles || !this._panel.hidden) return;
      this._before = document.activeElement === this ? null : document.activeElement;
      this._panel.hidden = false;
      this._launcher.hidden = true;
      this._launcher.setAttribute("aria-expanded", "true");
      if (focus) (this._box.disabled ? this._closer : this._box).focus();
      this._check();
    }

    /** Hide the panel of the bubble; the conversation is kept. */
    close() {
      if (!this._bubbles || this._panel.hidden) return;
      this._panel.hidden = true;
      this._launcher.hidden = false;
      this._launcher.setAttribute("aria-expanded", "false");
      this._hideTip();
      this._launcher.focus();
    }

    _text(name) {
      return this.getAttribute(name) || this._said[name];
    }

    _build() {
      const said = this._said;
      const title = this._text("title");
      const places = (this.getAttribute("position") || "").split(/[\s-]+/);
      const place = ["top", "start"].filter((side) => places.includes(side)).join(" ");
      this._talk = make("div", { class: "talk", role: "group", "aria-label": said.talk, tabindex: "0", onscroll: () => this._hideTip() });
      this._note = make("p", { class: "note", hidden: true });
      this._heard = make("div", { class: "heard", role: "status" });
      this._tip = make("div", { class: "tip", role: "tooltip", id: "tip", hidden: true, onmouseleave: () => this._hideTip(), onmouseenter: () => clearTimeout(this._leaving) });
      this._box = make("textarea", { rows: 1, dir: "auto", "aria-label": this._text("placeholder"), placeholder: this._text("placeholder"), maxlength: 5000, enterkeyhint: "send", onkeydown: (event) => this._typed(event) });
      this._send = make("button", { type: "submit" }, said.send);
      this._form = make("form", { onsubmit: (event) => this._submitted(event) }, this._box, this._send);
      this._closer = make("button", { type: "button", "aria-label": said.close, title: said.close, onclick: () => this.close() }, drawing(CROSS));
      this._fresh = make("button", { type: "button", "aria-label": said.fresh, title: said.fresh, onclick: () => this._begin(true) }, drawing(FRESH));
      const bar = make("div", { class: "bar" }, this._icon(), make("h2", { dir: "auto", id: "title" }, title), this._fresh, this._bubbles ? this._closer : null);
      this._panel = make("section", { class: this._bubbles ? `panel over ${place}` : "panel", role: this._bubbles ? "dialog" : null, "aria-modal": this._bubbles ? "true" : null, "aria-labelledby": "title", hidden: this._bubbles, onkeydown: (event) => this._pressed(event) },
        bar, this._talk, this._note, this._form, this._tip, this._heard);
      if (!this._bubbles) return make("div", { class: "root", lang: this._language }, this._panel);
      this._launcher = make("button", { class: `bubble ${place}`, type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", "aria-label": `${said.open}: ${title}`, title, onclick: () => this.open() }, this._icon());
      return make("div", { class: "root", lang: this._language }, this._launcher, this._panel);
    }

    _icon() {
      const wanted = this.getAttribute("icon");
      if (!wanted) return drawing(SPEECH);
      const picture = /[./]/.test(wanted) && web(wanted, document.baseURI);
      return picture ? make("img", { class: "icon", src: picture, alt: "" }) : make("span", { class: "icon", "aria-hidden": "true" }, [...wanted].slice(0, 2).join(""));
    }

    _colour() {
      const probe = this._root.style;
      probe.color = this.getAttribute("colour") || this.getAttribute("color") || "";
      const colour = probe.color ? getComputedStyle(this._root).color : "";
      const on = readableOn(colour);
      probe.color = "";
      probe.setProperty("--colour", on ? colour : "#7a1717");
      probe.setProperty("--on", on || "#fff");
      for (const side of ["width", "height"]) if (this.getAttribute(side)) probe.setProperty(`--${side}`, length(this.getAttribute(side)));
    }

    /** An empty conversation: the greeting and what could be asked. */
    _begin(focus = false) {
      if (this._asking) this._asking.abort();
      this._history = [];
      const tries = (this.getAttribute("suggestions") || "").split("|").map((one) => one.trim()).filter(Boolean);
      this._talk.replaceChildren(...rich(this._text("greeting")));
      if (tries.length) {
        this._talk.append(make("div", { class: "tries" }, ...tries.map((one) => make("button", { type: "button", dir: "auto", onclick: () => { this._box.focus(); this.ask(one); } }, one))));
      }
      this._fresh.hidden = true;
      this._hideTip();
      if (focus) this._box.focus();
    }

    _network() {
      if (!this._blocked) this._tell(navigator.onLine ? "" : this._said.offline);
    }

    _tell(line) {
      this._note.textContent = line;
      this._note.hidden = !line;
      if (line) this._heard.textContent = line;
    }

    /** Ask the server whether this page may use the widget, once; say so where it may not. */
    async _check() {
      if (this._allowed || this._blocked) return;
      try {
        const reply = await this._fetch("config");
        this._box.maxLength = (await reply.json()).question_characters;
        this._allowed = true;
      } catch (error) {
        if (error.final) this._block(error.message);
      }
    }

    _block(line) {
      const focused = this.shadowRoot.activeElement;
      this._blocked = true;
      this._tell(line);
      this._box.disabled = this._send.disabled = true;
      for (const button of this._talk.querySelectorAll("button")) button.disabled = true;
      if (this._bubbles && focused && focused.disabled) this._closer.focus();
    }

    async _fetch(name, options) {
      const said = this._said;
      const address = new URL(`widget/${encodeURIComponent(this.getAttribute("widget") || "")}/${name}`, base);
      let reply;
      try {
        reply = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer", ...options });
      } catch (error) {
        if (error.name === "AbortError") throw error;
        if (!navigator.onLine) throw new Told(said.offline);
        throw (await this._reachable()) ? new Told(said.refused, true) : new Told(said.away);
      }
      if (reply.ok) return reply;
      const wait = Number(reply.headers.get("retry-after"));
      if (reply.status === 410) throw new Told(said.revoked, true);
      if (reply.status === 403) throw new Told(said.refused, true);
      if (reply.status === 429) throw new Told(wait > 60 ? said.today : said.wait.replace("{seconds}", wait || 60));
      throw new Told(said.failed);
    }

    // A browser does not tell a refusal from a server that is away; the script, which any page may read, tells them apart.
    async _reachable() {
      try {
        return (await fetch(script.src, { method: "HEAD", cache: "no-store", credentials: "omit" })).ok;
      } catch {
        return false;
      }
    }

    _typed(event) {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (!this._asking) this._form.requestSubmit();
    }

    _pressed(event) {
      if (event.key === "Escape") {
        if (!this._tip.hidden) this._hideTip();
        else if (this._bubbles) this.close();
        else return;
        event.stopPropagation();
      } else if (event.key === "Tab" && this._bubbles) {
        const stops = [...this._panel.querySelectorAll("a[href], button, textarea, [tabindex]")].filter((one) => !one.disabled && one.getClientRects().length);
        const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
        if (this.shadowRoot.activeElement !== edge) return;
        event.preventDefault();
        (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
      }
    }

    _submitted(event) {
      event.preventDefault();
      if (this._asking) {
        this._asking.abort();
        this._box.focus();
      } else if (/[\p{L}\p{N}]/u.test(this._box.value)) {
        const question = this._box.value.trim();
        this._box.value = "";
        this.ask(question);
      }
    }

    /** Ask a question as if it had been typed. */
    async ask(question) {
      if (this._asking || this._blocked) return;
      const said = this._said;
      for (const one of this._talk.querySelectorAll(".tries")) one.remove();
      const asked = make("div", { class: "asked" }, make("span", { class: "heard" }, `${said.you}: `), make("bdi", null, question));
      const reply = make("div", null, make("p", { class: "quiet reading" }, said.reading));
      this._talk.append(asked, reply);
      this._fresh.hidden = false;
      this._talk.scrollTop = this._talk.scrollHeight;
      const turn = { question, asked, reply, statements: [], citations: new Map() };
      this._asking = new AbortController();
      this._send.textContent = said.stop;
      try {
        await this._stream(turn);
        this._network();
      } catch (error) {
        this._broken(turn, error);
      } finally {
        this._asking = null;
        this._send.textContent = said.send;
      }
    }

    async _stream(turn) {
      const most = Math.min(Math.max(parseInt(this.getAttribute("max-history") || "20", 10) || 0, 0), 40);
      const reply = await this._fetch("ask", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ question: turn.question, history: most ? this._history.slice(-most) : [], scope: this._scope(), language: this._language }),
        signal: this._asking.signal,
      });
      for await (const [name, value] of events(reply)) {
        if (name === "statement") this._state(turn, value.statement, value.citations);
        else if (name === "answer") return this._finish(turn, value);
        else if (name === "error") throw new Told(this._said.failed);
      }
      throw new Told(this._said.away);
    }

    _scope() {
      const scope = { articles: [], sources: [] };
      for (const one of (this.getAttribute("scope") || "").split("|")) {
        const [, kind, name] = /^\s*(article|source):(.+?)\s*$/.exec(one) || [];
        if (name) scope[`${kind}s`].push(name);
      }
      return scope;
    }

    _state(turn, statement, citations) {
      if (!turn.statements.length) turn.reply.replaceChildren();
      turn.statements.push(statement);
      for (const one of citations) turn.citations.set(one.number, one);
      const cited = statement.citations.map((number) => turn.citations.get(number)).filter(Boolean);
      const marks = cited.map((one) => this._cite(one, `[${one.number}]`));
      // An article's own words stay as they are; a model's may carry Markdown.
      const blocks = cited.some((one) => one.quote === statement.text) ? [make("p", { dir: "auto" }, ...this._spanned(statement))] : rich(statement.text);
      (blocks[blocks.length - 1] || turn.reply).append(" ", ...marks);
      // What a relative date or the like means, read from where the article stands.
      if (statement.reading) blocks.push(make("p", { class: "quiet", dir: "auto" }, statement.reading));
      turn.reply.append(...blocks);
      this._follow(turn);
    }

    _spanned({ text, span }) {
      if (!span) return [text];
      // The server counts characters, JavaScript counts halves of some.
      const letters = [...text];
      const part = (from, to) => letters.slice(from, to).join("");
      return [part(0, span[0]), make("mark", null, part(...span)), part(span[1])];
    }

    _finish(turn, answer) {
      const said = this._said;
      if (JSON.stringify(turn.statements) !== JSON.stringify(answer.statements)) {
        turn.statements = [];
        turn.reply.replaceChildren();
        for (const one of answer.statements) this._state(turn, one, answer.citations);
      }
      for (const one of answer.citations) turn.citations.set(one.number, one);
      if (answer.abstained) turn.reply.replaceChildren(make("p", { dir: "auto" }, answer.reason || ""));
      else if (answer.short) turn.reply.prepend(make("p", { class: "short", dir: "auto" }, answer.short));
      for (const one of answer.conflicts) turn.reply.append(make("p", { dir: "auto" }, one.note), ...one.citations.map((number) => this._quoted(turn.citations.get(number))));
      if (answer.abstained && answer.nearest.length) turn.reply.append(make("p", { class: "quiet" }, said.nearest), ...answer.nearest.map((one) => this._quoted(one)));
      if (!answer.abstained && answer.confidence < 0.7) turn.reply.append(make("p", { class: "quiet" }, said.unsure));
      for (const note of answer.notes || []) turn.reply.append(make("p", { class: "quiet", dir: "auto" }, note));
      this._history.push({ role: "user", content: turn.question }, { role: "assistant", content: answer.answer.slice(0, 20000) });
      this._heard.textContent = answer.abstained ? answer.reason : answer.answer;
      this._follow(turn);
    }

    _quoted(one) {
      const credit = [one.publisher, this._day(one.published)].filter(Boolean).join(", ") || one.title;
      return make("blockquote", { class: "side", dir: "auto" }, `“${one.quote}” `, this._cite(one, `[${one.number}]`), make("div", { class: "credit" }, credit));
    }

    _day(day) {
      return day ? new Date(`${day}T00:00Z`).toLocaleDateString(this._language === "en" ? "en-GB" : this._language, { dateStyle: "long", timeZone: "UTC" }) : "";
    }

    _cite(one, label) {
      const show = (event) => this._showTip(event.currentTarget, one);
      return make("a", { class: "cite", href: new URL(one.page, base), target: "_blank", rel: "noopener", "aria-label": `${this._said.source} ${one.number}: ${one.title}`,
        onmouseenter: show, onfocus: show, onmouseleave: () => { this._leaving = setTimeout(() => this._hideTip(), 200); }, onblur: () => this._hideTip() }, label);
    }

    _showTip(link, one) {
      clearTimeout(this._leaving);
      const credit = [one.title, one.publisher, this._day(one.published)].filter(Boolean).join(" · ");
      this._tip.replaceChildren(make("q", { dir: "auto" }, one.quote), make("div", { class: "credit", dir: "auto" }, credit));
      this._tip.hidden = false;
      link.setAttribute("aria-describedby", "tip");
      const panel = this._panel.getBoundingClientRect();
      const at = link.getBoundingClientRect();
      const below = at.bottom - panel.top + 6;
      const fits = below + this._tip.offsetHeight < panel.height - 8;
      this._tip.style.top = `${fits ? below : Math.max(8, at.top - panel.top - this._tip.offsetHeight - 6)}px`;
    }

    _hideTip() {
      clearTimeout(this._leaving);
      this._tip.hidden = true;
    }

    /** Keep the end of an answer in sight, but never scroll its beginning away. */
    _follow(turn) {
      const most = turn.asked.offsetTop - this._talk.offsetTop - 8;
      this._talk.scrollTop = Math.min(this._talk.scrollHeight, most);
    }

    _broken(turn, error) {
      const said = this._said;
      const stopped = error.name === "AbortError";
      const line = stopped ? said.stopped : error instanceof Told ? error.message : navigator.onLine ? said.away : said.offline;
      if (error.final) this._block(line);
      if (!turn.statements.length) turn.reply.replaceChildren();
      const retry = () => {
        turn.asked.remove();
        turn.reply.remove();
        this._box.focus();
        this.ask(turn.question);
      };
      turn.reply.append(make("p", { class: "quiet" }, line));
      if (!error.final) turn.reply.append(make("div", { class: "tries" }, make("button", { type: "button", onclick: retry }, stopped ? said.retry : said.again)));
      this._heard.textContent = line;
      this._talk.scrollTop = this._talk.scrollHeight;
    }
  }

  if (!customElements.get("byline-chat")) customElements.define("byline-chat", BylineChat);

  const place = () => {
    const { widget, ...options } = script.dataset;
    if (!widget) return;
    const chat = document.createElement("byline-chat");
    chat.setAttribute("widget", widget);
    chat.setAttribute("mode", "bubble");
    for (const [name, value] of Object.entries(options)) chat.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value);
    if (chat.getAttribute("mode") === "bubble" || !script.parentNode || script.parentNode === document.head) document.body.append(chat);
    else script.after(chat);
  };
  if (document.body && document.readyState !== "loading") place();
  else document.addEventListener("DOMContentLoaded", place, { once: true });
})();
