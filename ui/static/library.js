// The library: the list searched and turned without a reload, articles added with their progress, chosen and removed.
// The server writes every part of the page; this script asks for the page again and takes over the parts that changed.

const library = document.querySelector(".library");
const WORDS = JSON.parse(library.dataset.words);
const LARGEST = Number(library.dataset.largest);
const SPOKEN = document.documentElement.lang;
// The browser's own region where it speaks the page's language: 22/11 in Leeds, 11/22 in Boston.
const LANGUAGE = navigator.language.startsWith(SPOKEN) ? navigator.language : SPOKEN;
const POLL = 1000;
const told = document.getElementById("told");

function say(key, values = {}) {
  return WORDS[`js_${key}`].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function counted(number) {
  return number.toLocaleString(LANGUAGE);
}

function tell(text, bad = false) {
  told.textContent = text;
  told.classList.toggle("bad", bad);
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

// ---- What the server says ---------------------------------------------------------------------------------------

// A request of ours; what went wrong is thrown as an Error whose message may be shown.
async function request(path, options = {}) {
  let reply;
  try {
    reply = await fetch(path, options);
  } catch {
    throw Object.assign(new Error(say("away")), { away: true });
  }
  if (reply.status === 401 || (reply.redirected && /\/login$/.test(new URL(reply.url).pathname))) location.reload();
  if (reply.ok) return reply;
  const body = await reply.json().catch(() => ({}));
  const line = reply.status === 403 ? say("refused") : body.error || say("failed");
  throw Object.assign(new Error(line), { status: reply.status });
}

function sendJson(path, body) {
  return request(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

// ---- The list and the sources -----------------------------------------------------------------------------------

let asking = null;

// Take over the list and the sources as they are now at the address; false where a later request has overtaken this one.
async function refresh(address = location.href, parts = ["shelf", "sources"]) {
  asking?.abort();
  const mine = (asking = new AbortController());
  document.getElementById("shelf").setAttribute("aria-busy", "true");
  let page;
  try {
    const reply = await fetch(address, { signal: mine.signal });
    if (!reply.ok) throw new Error(String(reply.status));
    page = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (!page.getElementById("shelf")) location.reload();
  } catch (trouble) {
    if (trouble.name === "AbortError") return false;
    document.getElementById("shelf").removeAttribute("aria-busy");
    tell(say("away"), true);
    throw trouble;
  }
  const focused = document.activeElement?.id;
  for (const id of parts) document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
  localTimes();
  showChosen();
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  return true;
}

function localTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    time.textContent = moment.toLocaleString(SPOKEN === "en" ? "en-GB" : LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
  }
}

const search = document.getElementById("search");
const box = document.getElementById("q");
const sort = document.getElementById("sort");

function wanted() {
  const query = new URLSearchParams();
  if (box.value.trim()) query.set("q", box.value.trim());
  if (sort.selectedIndex) query.set("sort", sort.value);
  const asked = query.toString();
  return asked ? `library?${asked}` : "library";
}

let typing = 0;

async function look() {
  clearTimeout(typing);
  const address = wanted();
  if (!(await refresh(address, ["shelf"]).catch(() => false))) return;
  history.replaceState(null, "", address);
  tell(document.getElementById("span").textContent);
}

box.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(look, 250);
});
sort.addEventListener("change", look);
search.addEventListener("submit", (event) => {
  event.preventDefault();
  look();
});

async function turn(address) {
  if (!(await refresh(address, ["shelf"]).catch(() => false))) return;
  history.pushState(null, "", address);
  fillSearch();
  const span = document.getElementById("span");
  span.scrollIntoView({ block: "center" });
  span.focus({ preventScroll: true });
}

function fillSearch() {
  const query = new URLSearchParams(location.search);
  box.value = query.get("q") ?? "";
  sort.value = query.get("sort") ?? sort.options[0].value;
}

addEventListener("popstate", () => {
  fillSearch();
  refresh().catch(() => {});
});

// ---- Chosen articles --------------------------------------------------------------------------------------------

const CHOSEN = "byline-chosen";
const chosen = new Map(JSON.parse(sessionStorage.getItem(CHOSEN) ?? "[]"));
const bar = document.getElementById("chosen");

function showChosen() {
  sessionStorage.setItem(CHOSEN, JSON.stringify([...chosen]));
  for (const row of document.querySelectorAll(".row")) {
    const is = chosen.has(row.dataset.id);
    row.querySelector(".choose").checked = is;
    row.classList.toggle("is-chosen", is);
  }
  bar.hidden = !chosen.size;
  bar.querySelector("p").textContent = chosen.size === 1 ? say("chosen_one") : say("chosen", { count: counted(chosen.size) });
  const ids = [...chosen.keys()].map(encodeURIComponent).join(",");
  document.getElementById("ask-chosen").href = `./?articles=${ids}`;
}

library.addEventListener("change", (event) => {
  if (!event.target.matches(".choose")) return;
  const { id, title } = event.target.closest(".row").dataset;
  if (event.target.checked) chosen.set(id, title);
  else chosen.delete(id);
  showChosen();
});

document.getElementById("clear-chosen").addEventListener("click", () => {
  chosen.clear();
  showChosen();
  document.getElementById("span").focus();
});

// ---- Removing ---------------------------------------------------------------------------------------------------

const dialog = document.getElementById("confirm");

let decide = () => {};

// The browser tells of a dialog's end a moment later, when it may have been opened for another question already.
dialog.addEventListener("close", () => {
  if (!dialog.open) decide(dialog.returnValue === "remove");
});

function confirmed(title, line) {
  decide(false);
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("p").textContent = line;
  dialog.returnValue = "keep";
  dialog.showModal();
  return new Promise((decided) => { decide = decided; });
}

async function removeArticles(articles) {
  const [[, title]] = articles;
  const many = { count: counted(articles.length) };
  const asked = articles.length === 1 ? say("confirm_one", { title }) : say("confirm_many", many);
  if (!(await confirmed(asked, say("confirm_article")))) return;
  let line = articles.length === 1 ? say("removed", { title }) : say("removed_many", many);
  let bad = false;
  for (const [id, name] of articles) {
    try {
      await request(`api/articles/${encodeURIComponent(id)}`, { method: "DELETE" });
    } catch (trouble) {
      if (trouble.status !== 404) {
        line = trouble.message;
        bad = true;
        break;
      }
      line = say("was_gone", { title: name });
    }
    chosen.delete(id);
  }
  await refresh().catch(() => {});
  tell(line, bad);
  document.getElementById("span").focus();
}

async function removeSource({ location: source, shown }) {
  if (await confirmed(say("confirm_source", { source: shown }), say("confirm_source_line"))) begin("remove", source);
}

library.addEventListener("click", (event) => {
  const target = event.target.closest("button, a");
  if (!target) return;
  const row = target.closest(".row")?.dataset;
  const source = target.closest(".source")?.dataset;
  if (target.matches(".remove")) removeArticles([[row.id, row.title]]);
  else if (target.id === "remove-chosen") removeArticles([...chosen]);
  else if (target.matches(".sync")) begin("sync", source.location);
  else if (target.id === "sync-all") begin("sync", "");
  else if (target.matches(".remove-source")) removeSource(source);
  else if (target.closest(".pager") || target.matches("a.all")) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    turn(target.getAttribute("href"));
  }
});

// ---- What is being added ----------------------------------------------------------------------------------------

const work = document.getElementById("work");
const clear = document.getElementById("clear-work");
const tasks = new Map();

// One line of the work: its name, how far it has come, what came of it, and what can be done about it.
function show(key, { name, state, share = null, text, problems = [], act = null, link = "" }) {
  let line = tasks.get(key);
  if (!line) {
    line = element("li", "task");
    work.querySelector("ul").append(line);
    tasks.set(key, line);
  }
  const written = JSON.stringify([state, share, text, problems, act?.label, link]);
  if (line.written === written) return;
  line.written = written;
  line.dataset.state = state;
  const title = element(link ? "a" : "span", "name", name);
  if (link) title.href = link;
  const parts = [title];
  if (state === "going") {
    const progress = element("progress");
    progress.setAttribute("aria-label", name);
    if (share !== null) progress.value = share;
    parts.push(progress);
  }
  parts.push(element("span", "state", text));
  if (act) {
    const button = element("button", "quiet", act.label);
    button.type = "button";
    button.setAttribute("aria-label", act.named);
    button.addEventListener("click", act.run);
    parts.push(button);
  }
  if (problems.length) {
    const list = element("ul", "problems");
    list.append(...problems.map((problem) => element("li", "", problem)));
    parts.push(list);
  }
  const focused = line.contains(document.activeElement);
  line.replaceChildren(...parts);
  if (focused) line.querySelector("button, a")?.focus();
  work.hidden = false;
  clear.hidden = ![...tasks.values()].some((other) => !other.hidden && other.dataset.state !== "going");
}

function outcome({ added = 0, updated = 0, unchanged = 0, removed = 0, problems = 0 }) {
  const counts = { added, updated, unchanged, removed_count: removed, not_read: problems };
  const parts = Object.entries(counts).filter(([, count]) => count);
  if (problems && parts.length === 1) return say("nothing_read");
  return parts.map(([key, count]) => say(key, { count: counted(count) })).join(" · ") || say("nothing");
}

// A job's line is hidden and not forgotten, since the server goes on naming the job.
clear?.addEventListener("click", () => {
  for (const line of tasks.values()) if (line.dataset.state !== "going") line.hidden = true;
  clear.hidden = true;
  work.hidden = ![...tasks.values()].some((line) => !line.hidden);
  document.getElementById("pick").focus();
});

// ---- Files, one after the other ---------------------------------------------------------------------------------

const waiting = [];
let sending = false;
let sent = 0;

function addFiles(files) {
  for (const file of files) {
    const upload = { key: `file-${sent++}`, name: file.webkitRelativePath || file.name, file };
    if (file.size > LARGEST) {
      show(upload.key, { name: upload.name, state: "bad", text: say("too_large", { size: LARGEST / 2 ** 20 }) });
    } else if (!file.size) {
      show(upload.key, { name: upload.name, state: "bad", text: say("empty_file") });
    } else queue(upload);
  }
}

function queue(upload) {
  show(upload.key, { name: upload.name, state: "going", share: 0, text: say("in_line") });
  waiting.push(upload);
  if (!sending) sendAll();
}

async function sendAll() {
  sending = true;
  for (let upload = waiting.shift(); upload; upload = waiting.shift()) {
    await send(upload);
    if (!waiting.length) await refresh().catch(() => {});
  }
  sending = false;
}

function send({ key, name, file }) {
  const again = { label: say("again"), named: say("again_named", { name }), run: () => queue({ key, name, file }) };
  return new Promise((done) => {
    const xhr = new XMLHttpRequest();
    const body = new FormData();
    body.append("files", file, file.name);
    xhr.upload.addEventListener("progress", ({ loaded, total }) => {
      const share = total ? loaded / total : 0;
      const text = share < 1 ? say("sending", { share: Math.floor(share * 100) }) : say("reading");
      show(key, { name, state: "going", share: share < 1 ? share : null, text });
    });
    xhr.addEventListener("load", () => {
      show(key, { name, ...received(xhr, again) });
      done();
    });
    const broken = () => {
      show(key, { name, state: "bad", text: say("broken"), act: again });
      tell(`${name}: ${say("broken")}`, true);
      done();
    };
    for (const kind of ["error", "abort", "timeout"]) xhr.addEventListener(kind, broken);
    xhr.open("POST", "api/articles");
    xhr.send(body);
  });
}

// How the line of an upload goes on after the server's reply.
function received(xhr, again) {
  let reply = {};
  try {
    reply = JSON.parse(xhr.responseText);
  } catch {
    // A server that is going down may answer with something else.
  }
  if (xhr.status === 403) return { state: "bad", text: say("refused") };
  if (xhr.status !== 200) {
    const text = reply.error || say("failed");
    tell(text, true);
    return { state: "bad", text, act: xhr.status >= 500 ? again : null };
  }
  const counts = Object.fromEntries(Object.entries(reply).map(([name, list]) => [name, list.length]));
  const text = outcome(counts);
  const all = [...reply.added, ...reply.updated, ...reply.unchanged];
  tell(text);
  const link = all.length === 1 ? `articles/${encodeURIComponent(all[0])}` : "";
  return { state: reply.problems.length ? "partly" : "done", text, problems: reply.problems, link };
}

const files = document.getElementById("files");
document.getElementById("pick")?.addEventListener("click", () => files.click());
files?.addEventListener("change", () => {
  addFiles(files.files);
  files.value = "";
});

// ---- Files dropped anywhere -------------------------------------------------------------------------------------

const dropping = document.getElementById("dropping");

function carriesFiles(event) {
  return files && event.dataTransfer?.types.includes("Files");
}

addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dropping.hidden = false;
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) dropping.hidden = true;
});
addEventListener("drop", async (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dropping.hidden = true;
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.some((entry) => entry.isDirectory)) addFiles(await within(entries));
  else addFiles(event.dataTransfer.files);
});

// The files in dropped folders, whatever their depth.
async function within(entries) {
  const found = [];
  for (const entry of entries) {
    if (entry.isFile) {
      found.push(await new Promise((done, failed) => entry.file(done, failed)));
      continue;
    }
    const reader = entry.createReader();
    for (;;) {
      // A reader gives a hundred at a time, and none when it is through.
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) break;
      found.push(...(await within(some)));
    }
  }
  return found;
}

// ---- Addresses and sources: jobs of the server ------------------------------------------------------------------

const OPEN = ["waiting", "running"];
const going = new Map();
let polling = 0;
let away = false;

async function begin(kind, place) {
  try {
    const job = await (await sendJson("library/jobs", { kind, location: place })).json();
    showJob(job);
    poll();
    return true;
  } catch (trouble) {
    tell(trouble.message, true);
    return false;
  }
}

document.getElementById("address")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const url = document.getElementById("url");
  const typed = url.value.trim();
  // Most people leave the scheme out.
  const begun = await begin("add", /^[a-z][a-z0-9+.-]*:/i.test(typed) ? typed : `https://${typed}`);
  if (begun && url.value.trim() === typed) url.value = ""; // unless the next one has been typed meanwhile
});

function showJob(job) {
  const open = OPEN.includes(job.state);
  const name = job.location || say("every_source");
  if (open) going.set(job.id, job);
  else going.delete(job.id);
  const problems = job.more_problems ? [...job.problems, say("more_problems", { count: counted(job.more_problems) })] : job.problems;
  const stop = { label: say("stop"), named: say("stop_named", { name }), run: () => stopJob(job.id) };
  show(`job-${job.id}`, {
    name,
    state: open ? "going" : { done: problems.length ? "partly" : "done", stopped: "partly", failed: "bad" }[job.state],
    share: job.total ? job.done / job.total : null,
    text: progressOf(job),
    problems,
    act: open && job.kind !== "remove" ? stop : null,
  });
}

function progressOf(job) {
  if (job.state === "waiting") return say("in_line");
  if (job.state === "running") {
    if (job.kind === "remove") return say("removing");
    return job.total ? say("reading_of", { done: counted(job.done), total: counted(job.total) }) : say("reading");
  }
  if (job.state === "failed") return say("failed");
  const came = outcome({ ...job, problems: job.problems.length + job.more_problems });
  return job.state === "stopped" ? `${say("stopped")} · ${came}` : came;
}

async function stopJob(id) {
  await request(`library/jobs/${id}`, { method: "DELETE" }).catch((trouble) => {
    if (trouble.status !== 404) tell(trouble.message, true);
  });
  poll();
}

async function poll() {
  clearTimeout(polling);
  let jobs;
  try {
    ({ jobs } = await (await request("library/jobs")).json());
  } catch (trouble) {
    if (trouble.away && !away) tell(trouble.message, true);
    away = Boolean(trouble.away);
    if (away || going.size) polling = setTimeout(poll, 3 * POLL);
    return;
  }
  if (away) tell(say("back"));
  away = false;
  const before = [...going.values()];
  for (const job of jobs) if (OPEN.includes(job.state) || tasks.has(`job-${job.id}`)) showJob(job);
  const known = new Set(jobs.map((job) => job.id));
  for (const job of before.filter((one) => !known.has(one.id))) {
    going.delete(job.id);
    show(`job-${job.id}`, { name: job.location || say("every_source"), state: "bad", text: say("lost") });
  }
  const ended = before.filter((job) => !going.has(job.id));
  if (ended.length) {
    await refresh().catch(() => {});
    const last = jobs.find((job) => job.id === ended.at(-1).id);
    if (last) tell(`${last.location || say("every_source")}: ${progressOf(last)}`, last.state === "failed");
  }
  if (going.size) polling = setTimeout(poll, POLL);
}

fillSearch();
localTimes();
showChosen();
if ("owner" in library.dataset) {
  poll();
  // What another tab or person has set going is seen when one comes back to this one.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") poll();
  });
}
