// What the page says, in the language that the browser prefers; the server chooses it.

const PAUSE = 2_000;
let said = {};
export let page = { language: "en", articles: 0, reasons: { up: [], down: [] }, person: "", leaves: false };

export async function learnWords() {
  let reply;
  // Without its words the page cannot say that the server is away.
  while (!(reply = await fetch("api/chat").catch(() => null))?.ok) await new Promise((resolve) => setTimeout(resolve, PAUSE));
  page = await reply.json();
  said = page.words;
}

export function t(key, values = {}) {
  return (said[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function day(text) {
  // A date without a time means that day everywhere.
  const options = text.length === 10 ? { dateStyle: "long", timeZone: "UTC" } : { dateStyle: "long" };
  // English dates have the order that the server gives them.
  return new Intl.DateTimeFormat(page.language === "en" ? "en-GB" : page.language, options).format(new Date(text));
}
