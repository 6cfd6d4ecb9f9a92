// The way to Gradio, which carries the conversation: its boxes are filled and its buttons pressed as a person would.

const setValue = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;

export function field(id) {
  return document.querySelector(`#${id} textarea`);
}

export function put(id, value) {
  const box = field(id);
  if (!box || box.value === value) return;
  fill(box, value);
}

export function fill(box, value) {
  setValue.call(box, value);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// What goes with every question: said as soon as Gradio has the boxes, and again before each question, since a box may
// hold it already while Gradio has not heard of it.
const standing = new Map();

export function goesWithQuestions(id, value) {
  standing.set(id, value);
  put(id, value);
}

export function putStanding() {
  for (const [id, value] of standing) put(id, value);
}

export function sayStanding() {
  for (const [id, value] of standing) {
    if (field(id)) fill(field(id), value);
  }
}

export function press(id) {
  sayStanding();
  // Gradio takes what was put into a box with its next turn.
  setTimeout(() => document.getElementById(id)?.click());
}

// Whether a question of this page is being answered.
export function busy() {
  return Boolean(document.querySelector("#box .stop-button"));
}
