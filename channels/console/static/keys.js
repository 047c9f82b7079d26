// Which key does what? Single letters work outside fields only, and can be switched off (WCAG 2.1.4).

import { $, say } from "./dom.js";

const KEY = "indgang-desk-keys";

export function begin(actions) {
  let on = localStorage.getItem(KEY) !== "off";
  const sheet = $("shortcuts"), toggle = $("keys-switch");
  const show = () => {
    toggle.textContent = say(on ? "shortcuts_on" : "shortcuts_off");
    toggle.setAttribute("aria-pressed", on);
  };
  toggle.addEventListener("click", () => {
    on = !on;
    localStorage.setItem(KEY, on ? "on" : "off");
    show();
  });
  $("help").addEventListener("click", () => sheet.showModal());
  $("shortcuts-close").addEventListener("click", () => sheet.close());
  show();

  const keys = { ...actions, "?": () => sheet.showModal() };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const field = event.target.closest("input, textarea, select");
    if (event.key === "Escape") {
      if (field) field.blur();
      actions.Escape(Boolean(field));
      return;
    }
    if (field || !on) return;
    if (event.target.closest("#queue") && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      actions[event.key === "ArrowDown" ? "j" : "k"]();
      return;
    }
    const action = keys[event.key] ?? keys[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

// Ask first; resolves to whether the answer was yes.
export function ask(title, words, yes) {
  const dialog = $("ask");
  $("ask-title").textContent = title;
  $("ask-words").textContent = words;
  $("ask-yes").textContent = yes;
  dialog.showModal();
  $("ask-no").focus(); // Enter pressed too early must not end a conversation
  return new Promise((resolve) => {
    $("ask-yes").onclick = () => { dialog.onclose = null; dialog.close(); resolve(true); };
    $("ask-no").onclick = () => dialog.close();
    dialog.onclose = () => resolve(false);
  });
}
