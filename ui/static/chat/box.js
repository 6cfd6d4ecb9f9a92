// The box for questions: nothing typed in it is lost, and nothing is sent before the page is whole.

import { field, fill, putStanding, sayStanding } from "./gradio.js";

const DRAFT = "byline-draft";
// What has to be known before a question may be asked, such as what the conversation is limited to.
const awaited = new Set();
let whole = false;
let held = false;
// What was in the box when it was sent, and the newest exchange then.
let sent = null;

export function watchBox() {
  for (const kind of ["keydown", "click"]) {
    document.addEventListener(kind, (event) => {
      if (!sends(event)) return;
      if (whole) {
        sayStanding();
        sent = { text: field("box").value, newest: newest() };
      } else {
        event.preventDefault();
        event.stopImmediatePropagation();
        held = true;
      }
    }, { capture: true });
  }
  addEventListener("pagehide", () => {
    const draft = field("box")?.value ?? "";
    if (draft) sessionStorage.setItem(DRAFT, draft);
    else sessionStorage.removeItem(DRAFT);
  });
}

// Enter ends a word in some languages' input methods, and breaks the line together with Shift.
function sends(event) {
  if (event.type === "click") return event.target.closest?.("#box .submit-button");
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === field("box");
}

// Questions wait until the promise is settled.
export async function holdUntil(promise) {
  awaited.add(promise);
  whole = false;
  await promise.catch(console.error);
  awaited.delete(promise);
  boxDrawn();
}

// Gradio gives the box its placeholder when it has opened the conversation: from then on it hears what is typed.
export function boxDrawn() {
  const box = field("box");
  takeOutAsked(box);
  if (whole || awaited.size || !box?.placeholder) return;
  whole = true;
  restoreDraft(box);
  putStanding();
  if (box.value) fill(box, box.value);
  if (held) setTimeout(() => document.querySelector("#box .submit-button")?.click());
  held = false;
}

// A question leaves the box when it stands in the conversation; what was typed after it was sent stays.
function takeOutAsked(box) {
  if (!sent || !box || newest() === sent.newest) return;
  const asked = [...document.querySelectorAll("#conversation .question")].at(-1)?.textContent ?? "";
  // An exchange may be drawn before its question.
  if (oneLine(asked) !== oneLine(sent.text)) return;
  if (box.value.startsWith(sent.text)) fill(box, box.value.slice(sent.text.length));
  sent = null;
}

function newest() {
  return /(?:^| )e(\d+)(?: |$)/.exec(document.querySelector("#conversation .exchange.last")?.className ?? "")?.[1];
}

function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}

let restored = false;
function restoreDraft(box) {
  if (restored) return;
  restored = true;
  const asked = new URLSearchParams(location.search).get("question");
  const draft = asked ?? sessionStorage.getItem(DRAFT);
  if (draft && !box.value) fill(box, draft);
  sessionStorage.removeItem(DRAFT);
}
