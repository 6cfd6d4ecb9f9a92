// What can be done with an answer: copy it, ask again, rate it, go on from it.

import { openId } from "./conversation.js";
import { button, element, plainClick } from "./elements.js";
import { busy, field, press, put } from "./gradio.js";
import { page, t } from "./words.js";

const KEY = /(?:^| )e(\d+)(?: |$)/;
const POLLS = 60;
const suggested = new Map();
let polls = 0;

export function followSuggestions() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.suggestion");
    if (!link || !plainClick(event)) return;
    event.preventDefault();
    ask(link.textContent);
  });
}

function ask(question) {
  if (busy()) {
    put("box", question);
    field("box").focus();
    return;
  }
  put("picked", question);
  press("ask");
}

// Gradio draws messages anew as they change; what belongs to them is added again.
export function completeAnswers() {
  for (const message of document.querySelectorAll('#conversation [data-testid="user"], #conversation [data-testid="bot"]')) {
    // Gradio would have a screen reader read out the message's HTML.
    const label = t(message.dataset.testid === "user" ? "question" : "answer");
    if (message.getAttribute("aria-label") !== label) message.setAttribute("aria-label", label);
  }
  showNewest();
  for (const exchange of document.querySelectorAll("#conversation .exchange")) {
    const key = KEY.exec(exchange.className)?.[1];
    if (!exchange.classList.contains("open") && !exchange.querySelector(".tools")) addTools(exchange, key);
    const wanted = exchange.querySelector(".suggestions.wanted");
    if (wanted) suggest(wanted, key);
  }
  if (document.querySelector("#conversation .exchange.open")) waitElsewhere();
}

// A new question comes to the top, its answer below it; whoever has scrolled on meanwhile is left in peace.
let newest = null;
function showNewest() {
  const key = KEY.exec(document.querySelector("#conversation .exchange.last")?.className ?? "")?.[1] ?? null;
  if (key === newest) return;
  newest = key;
  const questions = document.querySelectorAll("#conversation .question");
  if (questions.length > 1) questions[questions.length - 1].scrollIntoView({ block: "start" });
}

// An answer that is open though this page waits for none is on its way in another window, or was when this one closed.
let waiting = 0;
function waitElsewhere() {
  if (waiting || polls >= POLLS) return;
  waiting = setTimeout(() => {
    waiting = 0;
    if (busy() || !document.querySelector("#conversation .exchange.open")) { polls = 0; return; }
    polls += 1;
    press("open");
    waitElsewhere();
  }, 2_000);
}

function addTools(exchange, key) {
  const tools = element("div", { class: "tools", role: "group" });
  const text = exchange.querySelector(".copyable");
  if (text) tools.append(copyButton(text));
  if (exchange.classList.contains("last")) {
    tools.append(button(t("retry"), () => busy() || press("again"), { class: "retry" }));
    if (exchange.classList.contains("answered")) {
      const export_ = `api/conversations/${openId()}/markdown`;
      tools.append(element("a", { class: "export", href: export_, download: true }, t("export")));
    }
  }
  if (exchange.classList.contains("answered")) tools.append(element("span", { class: "thumbs" }, ...thumbs(exchange, key)));
  const next = exchange.querySelector(".suggestions");
  if (next) next.before(tools);
  else exchange.append(tools);
}

function copyButton(text) {
  const copy = button(t("copy"), async () => {
    const copied = await toClipboard(text.textContent);
    copy.textContent = t(copied ? "copied" : "not_copied");
    setTimeout(() => { copy.textContent = t("copy"); }, 2_500);
  }, { class: "copy", "aria-live": "polite" });
  return copy;
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers offer the clipboard only to pages that came over HTTPS or from this machine.
    const box = element("textarea", { class: "unseen", "aria-hidden": "true" });
    box.value = text;
    document.body.append(box);
    box.select();
    const copied = document.execCommand("copy");
    box.remove();
    return copied;
  }
}

// ---- Thumbs and their reasons -----------------------------------------------------------------------------------

function thumbs(exchange, key) {
  return ["up", "down"].map((rated) => {
    const label = t(rated === "up" ? "good" : "bad");
    const pressed = String(exchange.classList.contains(rated));
    return button(thumb(), () => rate(exchange, key, rated), { class: `thumb ${rated}`, "aria-label": label, title: label, "aria-pressed": pressed });
  });
}

function thumb() {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", "M3 9h3v8H3zM6 9l3.6-6.2a1.6 1.6 0 0 1 2.9 1.2L11.8 8h4a1.5 1.5 0 0 1 1.5 1.8l-1.1 5.8a1.7 1.7 0 0 1-1.7 1.4H6");
  drawing.append(line);
  return drawing;
}

async function send(exchange, key, values) {
  const told = exchange.querySelector(".rating-told") ?? element("p", { class: "rating-told", role: "status" });
  exchange.querySelector(".tools").after(told);
  let error;
  try {
    const body = JSON.stringify({ conversation: openId(), exchange: Number(key), ...values });
    const reply = await fetch("api/feedback", { method: "POST", headers: { "content-type": "application/json" }, body });
    if (reply.ok) {
      for (const thumb of exchange.querySelectorAll(".thumb")) {
        thumb.setAttribute("aria-pressed", String(thumb.classList.contains(values.rating)));
      }
      told.textContent = "";
      return true;
    }
    error = (await reply.json()).error;
  } catch {
    error = t("lost");
  }
  told.textContent = t("not_kept", { error: String(error) });
  return false;
}

// The thumb counts at once; the reason may follow.
async function rate(exchange, key, rated) {
  exchange.querySelector(".reasons")?.remove();
  if (await send(exchange, key, { rating: rated })) exchange.querySelector(".tools").after(reasons(exchange, key, rated));
  exchange.querySelector(".reasons input")?.focus();
}

function reasons(exchange, key, rated) {
  const silent = Boolean(exchange.querySelector(".silence"));
  const offered = page.reasons[rated].filter((one) => ({ not_said: !silent, unsupported: !silent, said: silent, sources: !silent })[one] ?? true);
  const choices = offered.map((one) =>
    element("label", {}, element("input", { type: "radio", name: `reason-${key}`, value: one }), t(`reason_${one}`)));
  const comment = element("textarea", { rows: "2", maxlength: "2000", placeholder: t("comment"), "aria-label": t("comment") });
  const form = element(
    "form", { class: "reasons" },
    element("fieldset", {}, element("legend", {}, t(rated === "up" ? "why_good" : "why_bad")), ...choices),
    comment,
    element("div", { class: "end" }, button(t("cancel"), () => done(""), { class: "quiet" }), element("button", { class: "main" }, t("rate"))),
  );
  const done = (said) => {
    form.remove();
    const told = exchange.querySelector(".rating-told");
    if (told) told.textContent = said;
    exchange.querySelector(`.thumb.${rated}`)?.focus();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const reason = form.querySelector("input:checked")?.value ?? null;
    if (await send(exchange, key, { rating: rated, reason, comment: comment.value.trim() || null })) done(t("thanks"));
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); done(""); }
  });
  return form;
}

// ---- Questions to go on with ------------------------------------------------------------------------------------

async function suggest(place, key) {
  place.classList.remove("wanted");
  if (!suggested.has(key)) {
    const asked = fetch(`api/conversations/${openId()}/${key}/suggestions`);
    suggested.set(key, asked.then((reply) => (reply.ok ? reply.json() : [])).catch(() => []));
  }
  const questions = await suggested.get(key);
  if (!questions.length || !place.isConnected) return;
  const link = (question) => element("a", { class: "suggestion", dir: "auto", href: `./?question=${encodeURIComponent(question)}` }, question);
  place.replaceChildren(
    element("p", { class: "label" }, t("ask_next")),
    element("ul", {}, ...questions.map((question) => element("li", {}, link(question)))),
  );
}
