// The theme chosen in the chat holds on every page; without a choice the browser's own is followed.
const chosen = localStorage.getItem("byline-theme");
if (chosen) document.documentElement.dataset.theme = chosen;
