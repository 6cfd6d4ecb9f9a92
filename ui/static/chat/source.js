// The article beside the conversation, opened at the cited sentence.

import { button, element, plainClick } from "./elements.js";
import { t } from "./words.js";

const NARROW = matchMedia("(max-width: 800px)");
let panel, body, page, opener = null;

export function buildSource() {
  page = element("a", { target: "_blank", rel: "noopener" }, `${t("open_page")} ↗`);
  body = element("div", { class: "body" });
  panel = element(
    "aside",
    { id: "source", hidden: true, tabindex: "-1", "aria-label": t("source") },
    element("div", { class: "bar" }, page, button(`${t("close")} ✕`, closeSource)),
    body,
  );
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.cite");
    if (!link || !plainClick(event)) return;
    event.preventDefault();
    openSource(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !panel.hidden) closeSource();
    if (event.key === "Tab" && !panel.hidden && NARROW.matches) keepFocus(event);
  });
  return panel;
}

async function openSource(link) {
  opener = link;
  const shown = await article(link.href);
  if (opener !== link) return;
  body.replaceChildren(shown);
  page.href = link.href;
  panel.hidden = false;
  document.body.classList.add("reading");
  for (const other of document.querySelectorAll("a.cite.open")) other.classList.remove("open");
  link.classList.add("open");
  const cited = body.querySelector("#cited");
  if (cited) cited.scrollIntoView({ block: "center" });
  else body.scrollTop = 0;
  panel.focus({ preventScroll: true });
}

async function article(address) {
  try {
    const reply = await fetch(address);
    const found = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("article");
    if (found) {
      // Links on the page are relative to it, and this is another page.
      for (const link of found.querySelectorAll("a[href]")) link.href = new URL(link.getAttribute("href"), address).href;
      return found;
    }
  } catch {
    // Told below.
  }
  return element("p", { class: "notice", role: "alert" }, t("source_away"));
}

export function closeSource() {
  panel.hidden = true;
  document.body.classList.remove("reading");
  for (const link of document.querySelectorAll("a.cite.open")) link.classList.remove("open");
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

// On a narrow screen the panel covers the chat, so the keyboard stays in it.
function keepFocus(event) {
  const stops = [...panel.querySelectorAll("a[href], button")];
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge && document.activeElement !== panel && panel.contains(document.activeElement)) return;
  if (document.activeElement === panel && !event.shiftKey) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0]).focus();
}
