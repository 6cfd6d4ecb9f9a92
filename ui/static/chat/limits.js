// What questions are limited to: days, publishers, sources, chosen articles. What is chosen stands above the box.

import { button, element } from "./elements.js";
import { goesWithQuestions } from "./gradio.js";
import { day, t } from "./words.js";

const NONE = { published_from: null, published_to: null, publishers: [], sources: [], articles: [] };
const MOST_SHOWN = 200;
let limits = structuredClone(NONE);
let titles = {};
let known = { publishers: [], sources: [] };
let bar, dialog;

export function buildLimits() {
  bar = element("div", { id: "limited", role: "group", "aria-label": t("filter_title") });
  dialog = element("dialog", { id: "filters", "aria-labelledby": "filters-title" });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", showLimits);
  return dialog;
}

// Gradio may draw the box anew; what stands above it is put back.
export function placeLimits() {
  const box = document.getElementById("box");
  if (box && bar.nextElementSibling !== box) box.before(bar);
}

// Articles that the library has chosen: ids, each quoted, with commas between.
export async function chosenArticles(search) {
  const given = /[?&]articles=([^&]*)/.exec(search);
  if (!given) return;
  const ids = given[1].split(",").filter(Boolean).map((id) => decodeURIComponent(id.replaceAll("+", " ")));
  await limitTo({ ...structuredClone(NONE), articles: [...new Set(ids)] });
}

export async function limitTo(wanted) {
  limits = { ...structuredClone(NONE), ...wanted };
  if (limits.articles.length) await learn();
  showLimits();
}

export function unlimited() {
  return limitTo({});
}

async function learn() {
  const asked = new URLSearchParams(limits.articles.map((id) => ["article", id]));
  const reply = await fetch(`api/chat/filters?${asked}`).catch(() => null);
  if (!reply?.ok) return;
  known = await reply.json();
  titles = { ...titles, ...known.articles };
}

function showLimits() {
  const chips = [];
  for (const [name, key] of [["published_from", "since"], ["published_to", "until"]]) {
    if (limits[name]) chips.push(chip(t(key, { day: day(limits[name]) }), () => (limits[name] = null)));
  }
  for (const name of ["publishers", "sources", "articles"]) {
    for (const value of limits[name]) {
      const label = name === "articles" ? titles[value] ?? value : short(value);
      chips.push(chip(label, () => (limits[name] = limits[name].filter((other) => other !== value))));
    }
  }
  const open = button(t("filter"), openFilters, { id: "filter", "aria-haspopup": "dialog" });
  const clear = button(t("clear"), () => { unlimited(); document.getElementById("filter")?.focus(); }, { class: "clear" });
  const said = element("span", { class: "label" }, t("asking_only"));
  bar.replaceChildren(...(chips.length ? [said, ...chips, open, clear] : [open]));
  bar.classList.toggle("some", chips.length > 0);
  goesWithQuestions("limits", chips.length ? JSON.stringify(limits) : "");
}

function chip(label, off) {
  const take = () => { off(); showLimits(); document.getElementById("filter")?.focus(); };
  const name = element("span", { dir: "auto" }, label);
  return element("span", { class: "chip", title: label }, name, button("✕", take, { "aria-label": t("take_off", { name: label }) }));
}

async function openFilters() {
  await learn();
  const trouble = element("p", { class: "trouble", role: "alert" });
  const dates = element("div", { class: "dates" }, date("published_from", "from", trouble), date("published_to", "to", trouble));
  const clear = button(t("clear"), () => { unlimited(); dialog.close(); }, { class: "quiet" });
  const done = button(t("done"), () => dialog.close(), { class: "main" });
  dialog.replaceChildren(
    element("h2", { id: "filters-title" }, t("filter_title")),
    dates, trouble,
    choices("publishers"), choices("sources"),
    element("div", { class: "end" }, clear, done),
  );
  dialog.showModal();
}

function date(name, label, trouble) {
  const input = element("input", { type: "date", value: limits[name] ?? "" });
  input.addEventListener("change", () => {
    limits[name] = input.value || null;
    const { published_from: from, published_to: to } = limits;
    trouble.textContent = from && to && from > to ? t("wrong_dates") : "";
    showLimits();
  });
  return element("label", {}, t(label), input);
}

// A list to tick; a long one can be narrowed by typing. What is ticked comes first.
function choices(name) {
  const list = element("ul");
  const all = [...new Set([...limits[name], ...known[name]])];
  const draw = (part) => {
    const found = all.filter((one) => one.toLowerCase().includes(part.toLowerCase())).slice(0, MOST_SHOWN);
    list.replaceChildren(...found.map((one) => element("li", {}, tick(name, one))));
  };
  draw("");
  const search = element("input", { type: "search", placeholder: t("narrow"), "aria-label": `${t(name)}: ${t("narrow")}` });
  search.addEventListener("input", () => draw(search.value));
  const empty = element("p", { class: "none" }, t("none_known"));
  return element("fieldset", {}, element("legend", {}, t(name)), ...(all.length ? (all.length > 8 ? [search, list] : [list]) : [empty]));
}

function tick(name, value) {
  const box = element("input", { type: "checkbox", checked: limits[name].includes(value) });
  box.addEventListener("change", () => {
    limits[name] = box.checked ? [...limits[name], value] : limits[name].filter((other) => other !== value);
    showLimits();
  });
  return element("label", { title: value }, box, element("span", { dir: "auto" }, short(value)));
}

// A folder by its own name, an address without its scheme.
function short(value) {
  return value.startsWith("/") ? value.replace(/\/+$/, "").split("/").at(-1) : value.replace(/^https?:\/\//, "");
}
