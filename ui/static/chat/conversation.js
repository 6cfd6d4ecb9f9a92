// Which conversation is open. Its id is in the address, so that a reload, a bookmark or the back button finds it again.

import { holdUntil } from "./box.js";
import { tell } from "./connection.js";
import { field, goesWithQuestions, press } from "./gradio.js";
import { limitTo, unlimited } from "./limits.js";
import { t } from "./words.js";

const ID = /^[0-9a-f]{32}$/;
let open = "";
// The first exchange of the conversation that was just left, which Gradio still shows for a moment.
let left = "";

export function openId() {
  return open;
}

function firstKey() {
  return /(?:^| )e(\d+)(?: |$)/.exec(document.querySelector("#conversation .exchange")?.className ?? "")?.[1] ?? "";
}

function given() {
  const id = new URLSearchParams(location.search).get("conversation") ?? "";
  return ID.test(id) ? id : "";
}

function fresh() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function address(id) {
  return `?conversation=${id}`;
}

// Gradio has loaded the conversation of the address by itself; it only has to know its name, before a question is asked.
export function startConversation() {
  open = given() || fresh();
  goesWithQuestions("conversation-id", open);
  addEventListener("popstate", () => show(given()));
}

export async function learnOpened() {
  if (given()) await learnLimits();
}

// The address names the conversation as soon as it has a question.
export function nameConversation() {
  const first = firstKey();
  if (first && first !== left && given() !== open) history.replaceState(null, "", address(open));
}

export function openConversation(id) {
  if (id === given()) return;
  history.pushState(null, "", id ? address(id) : "./");
  show(id);
}

export function newConversation() {
  history.pushState(null, "", "./");
  show("");
}

function show(id) {
  open = id || fresh();
  left = firstKey();
  goesWithQuestions("conversation-id", open);
  press("open");
  holdUntil(id ? learnLimits() : unlimited());
  field("box")?.focus();
}

async function learnLimits() {
  const reply = await fetch(`api/conversations/${open}/limits`).catch(() => null);
  const limits = reply?.ok ? await reply.json() : {};
  if (!limits) tell(t("gone"));
  await limitTo(limits ?? {});
}
