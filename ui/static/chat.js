// The source panel beside the chat, and the switch between light and dark. Everything else is Gradio's.

const NARROW = matchMedia("(max-width: 800px)");
const DARK = matchMedia("(prefers-color-scheme: dark)");
const THEME = "byline-theme";

// ---- The source panel -------------------------------------------------------------------------------------------

const panel = document.createElement("aside");
let opener = null;

function buildPanel() {
  panel.id = "source";
  panel.hidden = true;
  panel.tabIndex = -1;
  panel.setAttribute("aria-label", "Source");
  const bar = document.createElement("div");
  bar.className = "bar";
  const page = document.createElement("a");
  page.target = "_blank";
  page.rel = "noopener";
  page.textContent = "Open as a page ↗";
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "Close ✕";
  close.addEventListener("click", closePanel);
  bar.append(page, close);
  const body = document.createElement("div");
  body.className = "body";
  panel.append(bar, body);
  document.body.append(panel);
}

async function openSource(link) {
  opener = link;
  const reply = await fetch(link.href);
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const article = page.querySelector("article");
  if (!article) {
    location.assign(link.href);
    return;
  }
  panel.querySelector(".body").replaceChildren(article);
  panel.querySelector(".bar a").href = link.href;
  panel.hidden = false;
  document.body.classList.add("reading");
  for (const other of document.querySelectorAll("a.cite.open")) other.classList.remove("open");
  link.classList.add("open");
  const cited = panel.querySelector("#cited");
  if (cited) cited.scrollIntoView({ block: "center" });
  else panel.querySelector(".body").scrollTop = 0;
  panel.focus({ preventScroll: true });
}

function closePanel() {
  panel.hidden = true;
  document.body.classList.remove("reading");
  for (const link of document.querySelectorAll("a.cite.open")) link.classList.remove("open");
  if (opener?.isConnected) opener.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.cite");
  // With a modifier or the middle button the link does what links do: it opens the page.
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  openSource(link).catch(() => location.assign(link.href));
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.hidden) closePanel();
  if (event.key === "Tab" && !panel.hidden && NARROW.matches) keepFocus(event);
});

// On a narrow screen the panel covers the chat, so the keyboard stays in it.
function keepFocus(event) {
  const stops = [...panel.querySelectorAll("a[href], button")];
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge && panel.contains(document.activeElement)) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0]).focus();
}

// Gradio reads a message's HTML source out as its label; a screen reader is better served by the message itself.
function relabel() {
  for (const message of document.querySelectorAll('#conversation [data-testid="user"], #conversation [data-testid="bot"]')) {
    const label = message.dataset.testid === "user" ? "Question" : "Answer";
    if (message.getAttribute("aria-label") !== label) message.setAttribute("aria-label", label);
  }
}

// ---- Light and dark ---------------------------------------------------------------------------------------------

function isDark() {
  const chosen = localStorage.getItem(THEME);
  return chosen ? chosen === "dark" : DARK.matches;
}

function applyTheme() {
  const dark = isDark();
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.classList.toggle("dark", dark);
  if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
  const button = document.getElementById("theme");
  const label = dark ? "Light" : "Dark";
  if (button && button.textContent.trim() !== label) button.textContent = label;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#theme")) return;
  localStorage.setItem(THEME, isDark() ? "light" : "dark");
  applyTheme();
});

buildPanel();
applyTheme();
DARK.addEventListener("change", applyTheme);
// Gradio sets its own idea of the theme when it starts, after this script has run.
new MutationObserver(applyTheme).observe(document.body, { attributes: true, attributeFilter: ["class"] });
new MutationObserver(() => { relabel(); applyTheme(); }).observe(document.body, { childList: true, subtree: true });
