// What a number stands for, shown while the pointer or the keyboard is on it: the sentence, its title, who and when.

import { element } from "./elements.js";

const NUMBER = /(?:^| )n(\d+)(?: |$)/;
const card = element("div", { id: "card", role: "tooltip", hidden: true });
let shownFor = null;
let leaving = 0;

export function buildCard() {
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const link = numbered(event.target);
    if (link) show(link);
    else if (card.contains(event.target)) clearTimeout(leaving);
    else leave();
  });
  document.addEventListener("focusin", (event) => {
    const link = numbered(event.target);
    if (link?.matches(":focus-visible")) show(link);
    else leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || card.hidden) return;
    event.preventDefault();
    hide();
  });
  document.addEventListener("scroll", hide, { capture: true, passive: true });
  document.addEventListener("click", hide);
  return card;
}

function numbered(target) {
  const link = target.closest?.("a.cite");
  return link && NUMBER.test(link.className) ? link : null;
}

function show(link) {
  clearTimeout(leaving);
  if (shownFor === link) return;
  const [, number] = NUMBER.exec(link.className);
  const quoted = link.closest(".exchange")?.querySelector(`.cards .card.n${number}`);
  if (!quoted) return;
  hide();
  shownFor = link;
  card.replaceChildren(...quoted.cloneNode(true).childNodes);
  card.hidden = false;
  link.setAttribute("aria-describedby", "card");
  place(link);
}

function place(link) {
  const at = link.getBoundingClientRect();
  const size = card.getBoundingClientRect();
  const left = Math.min(Math.max(at.left - 24, 12), innerWidth - size.width - 12);
  const above = at.top - size.height - 10;
  card.style.left = `${Math.max(left, 12)}px`;
  card.style.top = `${above > 8 ? above : at.bottom + 10}px`;
}

// The pointer may cross the gap to the card, to read on there or to mark text.
function leave() {
  clearTimeout(leaving);
  if (shownFor) leaving = setTimeout(hide, 200);
}

function hide() {
  clearTimeout(leaving);
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  card.hidden = true;
}
