// What cannot be done just now is said in one line above the box.

import { element } from "./elements.js";
import { field } from "./gradio.js";
import { t } from "./words.js";

const RELOADED = "byline-reloaded";
const PAUSE = 2_000;
let asking = false;
let leaving = false;

const banner = element("p", { id: "banner", role: "alert", hidden: true });

export function watchConnection() {
  addEventListener("offline", askServer);
  // A page that is left ends its requests, which is no trouble; one that stays after all looks again.
  addEventListener("beforeunload", () => {
    leaving = true;
    setTimeout(() => { leaving = false; }, PAUSE * 2);
  });
}

export function tell(line) {
  // The banner stands where changes are watched: saying the same again would never end.
  if (banner.textContent === line) return;
  banner.textContent = line;
  banner.hidden = !line;
}

export function placeBanner(below) {
  if (below && !banner.isConnected) below.before(banner);
}

// Gradio says in a box of its own that it has lost the server; then, and when one of our own requests fails, we look.
export function watchTrouble() {
  const said = field("trouble")?.value;
  if (said && !asking) tell(said);
  if (document.querySelector(".toast-body.error")) askServer();
}

async function askServer() {
  if (asking || leaving) return;
  asking = true;
  let lost = false;
  for (;;) {
    const reply = await fetch("healthz", { cache: "no-store" }).catch(() => null);
    if (leaving) {
      asking = false;
      return;
    }
    if (reply?.ok) break;
    lost = true;
    tell(t("lost"));
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  // Loaded anew, the page finds its conversation and what was being written. What fails again at once is only told.
  const before = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (lost || (document.querySelector(".toast-body.error") && Date.now() - before > PAUSE * 10)) {
    sessionStorage.setItem(RELOADED, Date.now());
    location.reload();
  } else if (document.querySelector(".toast-body.error")) {
    tell(t("failed"));
  } else {
    asking = false;
  }
}
