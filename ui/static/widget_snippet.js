// Writes the lines to copy from the form, and shows the widget as they make it, asking as this server's own page.
(() => {
  "use strict";
  const form = document.querySelector("form");
  const main = document.querySelector("main");
  const server = new URL("../", location.href).href;
  const plain = { mode: "bubble", colour: "#7a1717" };
  const quoted = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

  const chosen = () => {
    const options = {};
    for (const field of form.elements) {
      const value = field.type === "checkbox" ? (field.checked ? "true" : "") : field.value.trim();
      if (value && value !== plain[field.name] && field.name !== "widget") options[field.name] = value;
    }
    return options;
  };

  const lines = (widget, options) => {
    const script = `<script src="${quoted(server)}widget.js"`;
    const attributes = (prefix) =>
      Object.entries(options).filter(([name]) => name !== "mode").map(([name, value]) => ` ${prefix}${name}="${quoted(value)}"`).join("");
    if (options.mode === "inline") return `${script} defer></script>\n<byline-chat widget="${quoted(widget)}"${attributes("")}></byline-chat>`;
    return `${script} data-widget="${quoted(widget)}"${attributes("data-")} defer></script>`;
  };

  const show = () => {
    const options = chosen();
    document.querySelector("#snippet").textContent = lines(form.elements.widget.value, options);
    document.querySelector("#copied").textContent = "";
    const chat = document.createElement("byline-chat");
    for (const [name, value] of Object.entries({ mode: "bubble", ...options, widget: main.dataset.demo })) chat.setAttribute(name, value);
    document.querySelector("#preview").replaceChildren(chat);
  };

  const origin = new URL(server).origin;
  document.querySelector("#policy").textContent = `script-src 'self' ${origin}; connect-src 'self' ${origin}`;
  document.querySelector("#copy").addEventListener("click", async () => {
    const said = document.querySelector("#copied");
    try {
      await navigator.clipboard.writeText(document.querySelector("#snippet").textContent);
      said.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(document.querySelector("#snippet"));
      said.textContent = "Selected; copy it with the keyboard.";
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", show);
  form.elements.title.addEventListener("input", show);
  show();
})();
