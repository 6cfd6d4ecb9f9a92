// What the page says, in the language that the browser prefers; the server chooses it.

let said = {};
export let page = { language: "en", articles: 0, reasons: { up: [], down: [] }, person: "", leaves: false };

export async function learnWords() {
  const reply = await fetch("api/chat");
  if (!reply.ok) throw new Error(`api/chat: ${reply.status}`);
  page = await reply.json();
  said = page.words;
  document.documentElement.lang = page.language;
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
