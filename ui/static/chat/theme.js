// Light and dark: as the browser prefers, until a person chooses.

import { button } from "./elements.js";
import { t } from "./words.js";

const DARK = matchMedia("(prefers-color-scheme: dark)");
const KEY = "byline-theme";

function isDark() {
  const chosen = localStorage.getItem(KEY);
  return chosen ? chosen === "dark" : DARK.matches;
}

export function applyTheme() {
  const dark = isDark();
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.documentElement.classList.toggle("dark", dark);
  if (document.body.classList.contains("dark") !== dark) document.body.classList.toggle("dark", dark);
  const label = t(dark ? "light" : "dark");
  const switch_ = document.getElementById("theme");
  if (switch_ && switch_.textContent !== label) switch_.textContent = label;
}

export function themeSwitch() {
  return button("", () => {
    localStorage.setItem(KEY, isDark() ? "light" : "dark");
    applyTheme();
  }, { id: "theme" });
}

export function followTheme() {
  applyTheme();
  DARK.addEventListener("change", applyTheme);
  // Gradio sets its own idea of the theme when it starts, after this script has run.
  new MutationObserver(applyTheme).observe(document.body, { attributes: true, attributeFilter: ["class"] });
}
