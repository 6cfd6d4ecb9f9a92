// The page around the conversation: masthead, earlier conversations, sources and filters. Gradio draws the rest.

import { completeAnswers, followSuggestions } from "./chat/answers.js";
import { boxDrawn, holdUntil, watchBox } from "./chat/box.js";
import { buildCard } from "./chat/card.js";
import { placeBanner, watchConnection, watchTrouble } from "./chat/connection.js";
import { learnOpened, nameConversation, newConversation, startConversation } from "./chat/conversation.js";
import { element, plainClick } from "./chat/elements.js";
import { field, putStanding } from "./chat/gradio.js";
import { buildLimits, chosenArticles, placeLimits, unlimited } from "./chat/limits.js";
import { buildPast, listPast, markOpen } from "./chat/past.js";
import { buildSource } from "./chat/source.js";
import { applyTheme, followTheme, themeSwitch } from "./chat/theme.js";
import { learnWords, page, t } from "./chat/words.js";

function buildMasthead(toggle) {
  const begin = (event) => {
    if (!plainClick(event)) return;
    event.preventDefault();
    newConversation();
    markOpen();
  };
  const count = page.articles === 1 ? t("count_one") : t("count", { count: page.articles.toLocaleString(page.language) });
  return element(
    "header", { id: "masthead" },
    element("h1", { class: "name" }, "Byline"),
    element("p", { class: "promise" }, t("promise")),
    element("nav", { "aria-label": "Byline" },
      toggle,
      element("a", { href: "./", id: "fresh", onclick: begin }, t("new")),
      element("a", { href: "library", id: "library" }, t("library"), element("span", { class: "count" }, count)),
      themeSwitch(),
      page.person ? whoAsks() : null),
  );
}

function whoAsks() {
  const leave = page.leaves ? element("button", {}, t("logout")) : null;
  return element("form", { method: "post", action: "logout" }, element("span", { dir: "auto" }, page.person), leave);
}

function drawn() {
  placeLimits();
  placeBanner(document.getElementById("limited"));
  nameConversation();
  boxDrawn();
  completeAnswers();
  watchTrouble();
  const box = field("box");
  if (box) box.setAttribute("aria-label", t("box"));
  for (const [name, key] of [["submit", "send"], ["stop", "stop"]]) {
    document.querySelector(`#box .${name}-button`)?.setAttribute("aria-label", t(key));
  }
  applyTheme();
  // Gradio puts the browser's language there when it starts, which may be none of ours.
  if (document.documentElement.lang !== page.language) document.documentElement.lang = page.language;
}

let answers = 0;
function answered() {
  const now = document.querySelectorAll("#conversation .exchange:not(.open)").length;
  if (now !== answers) listPast().then(markOpen);
  answers = now;
}

async function begin() {
  followTheme();
  watchConnection();
  startConversation();
  new MutationObserver(putStanding).observe(document.body, { childList: true, subtree: true });
  await learnWords();
  const { nav, toggle } = buildPast();
  document.body.prepend(buildMasthead(toggle), nav);
  document.body.append(buildSource(), buildCard(), buildLimits());
  followSuggestions();
  await learnOpened();
  if (/[?&]articles=/.test(location.search)) await chosenArticles(location.search);
  else if (!/[?&]conversation=/.test(location.search)) await unlimited();
  new MutationObserver(() => { drawn(); answered(); }).observe(document.querySelector("gradio-app"), { childList: true, subtree: true, attributeFilter: ["placeholder"] });
  drawn();
  answered();
}

watchBox();
holdUntil(begin());
