// Earlier conversations: a list beside this one, to search, open and delete.

import { address, newConversation, openConversation, openId } from "./conversation.js";
import { button, element, plainClick } from "./elements.js";
import { day, t } from "./words.js";

const KEY = "byline-past";
const NARROW = matchMedia("(max-width: 1000px)");
let nav, list, search, told, outcome, toggle, everything;

export function buildPast() {
  list = element("ul");
  told = element("p", { class: "told", role: "status" });
  outcome = element("p", { class: "told", role: "status" });
  search = element("input", { type: "search", placeholder: t("search"), "aria-label": t("search") });
  let typing = 0;
  search.addEventListener("input", () => { outcome.textContent = ""; clearTimeout(typing); typing = setTimeout(listPast, 200); });
  everything = element("div", { class: "everything" });
  nav = element(
    "nav", { id: "past", "aria-label": t("past"), hidden: true },
    element("div", { class: "bar" }, element("h2", {}, t("past")), button("✕", () => showPast(false), { "aria-label": t("close") })),
    search, outcome, told, list, everything,
  );
  nav.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); showPast(false); toggle.focus(); }
  });
  toggle = button(t("past"), () => showPast(nav.hidden), { id: "past-toggle", "aria-expanded": "false", "aria-controls": "past" });
  if (localStorage.getItem(KEY) === "open" && !NARROW.matches) showPast(true, false);
  return { nav, toggle };
}

function showPast(shown, byHand = true) {
  nav.hidden = !shown;
  toggle.setAttribute("aria-expanded", String(shown));
  document.body.classList.toggle("listing", shown);
  if (byHand) localStorage.setItem(KEY, shown ? "open" : "closed");
  if (shown) listPast();
  if (shown && byHand) search.focus();
}

export async function listPast() {
  if (nav.hidden) return;
  const asked = search.value.trim();
  const reply = await fetch(`api/conversations?${new URLSearchParams({ search: asked.slice(0, 200) })}`).catch(() => null);
  if (!reply?.ok || asked !== search.value.trim()) return;
  const found = await reply.json();
  list.replaceChildren(...found.map(row));
  told.textContent = found.length ? "" : t(asked ? "none_found" : "no_past");
  everything.replaceChildren(...(found.length && !asked ? [sure(t("delete_all"), t("delete_all"), () => erase(""))] : []));
}

function row({ id, title, changed_at: changed }) {
  const open = (event) => {
    if (!plainClick(event)) return;
    event.preventDefault();
    outcome.textContent = "";
    openConversation(id);
    markOpen();
    if (NARROW.matches) showPast(false, false);
  };
  const link = element("a", { href: address(id), onclick: open, dir: "auto" }, title);
  const when = element("time", { datetime: changed }, day(changed));
  return element("li", { "data-id": id }, link, when, sure("✕", t("delete_this", { title }), () => erase(id)));
}

export function markOpen() {
  for (const item of list.children) {
    const link = item.querySelector("a");
    if (item.dataset.id === openId()) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

// Asks once more before it deletes, in the same place.
function sure(label, name, act) {
  const place = element("span", { class: "sure" });
  const ask = () => {
    const back = () => { draw(); place.querySelector("button").focus(); };
    const yes = button(t("delete"), act, { class: "main", "aria-label": name });
    place.replaceChildren(element("span", {}, t("delete_sure")), yes, button(t("keep"), back));
    place.classList.add("asking");
    yes.focus();
  };
  const draw = () => {
    place.classList.remove("asking");
    place.replaceChildren(button(label, ask, { "aria-label": name, title: name }));
  };
  draw();
  return place;
}

async function erase(id) {
  const reply = await fetch(`api/conversations${id ? `/${id}` : ""}`, { method: "DELETE" }).catch(() => null);
  if (!reply?.ok) {
    outcome.textContent = t("lost");
    return;
  }
  if (!id || id === openId()) newConversation();
  search.value = "";
  await listPast();
  outcome.textContent = t("deleted");
  search.focus();
}
