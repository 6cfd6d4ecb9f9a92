// The theme chosen in the chat holds on every page; without a choice the browser's own is followed.
try {
  const chosen = localStorage.getItem("byline-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // A page in a frame of another origin may be kept from reading it.
}
