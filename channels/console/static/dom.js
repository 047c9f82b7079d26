// How is an element made, and how is a time said? Text always goes in as text, never as HTML.

export const page = JSON.parse(document.getElementById("page").textContent);

export function say(key, fill = {}) {
  return page.ui[key].replace(/\{(\w+)\}/g, (_, name) => fill[name] ?? "");
}

export const $ = (id) => document.getElementById(id);

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// The server's clock decides how long somebody has waited; this desk's own may be wrong.
let offset = 0;
export function setClock(serverNow) {
  offset = serverNow - Date.now();
}
export const now = () => Date.now() + offset;

export function duration(since) {
  const minutes = Math.max(0, Math.floor((now() - since) / 60000));
  if (minutes < 1) return say("now");
  if (minutes === 1) return say("minute");
  if (minutes < 60) return say("minutes", { n: minutes });
  return say("hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
}

const clock = new Intl.DateTimeFormat("da-DK", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Copenhagen" });
const day = new Intl.DateTimeFormat("da-DK", { weekday: "long", day: "numeric", month: "long", timeZone: "Europe/Copenhagen" });
export const at = (time) => clock.format(time);
export const onDay = (time) => day.format(time);

export function announce(words) {
  const place = $("announce");
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = words; });
}

// What was masked before it was stored stands in square brackets: shown as a mark, so that nobody takes it for words.
export function withMasks(text) {
  return text.split(/(\[[a-zæøå][a-zæøå -]{2,30}\])/g).map((part) =>
    /^\[.*\]$/.test(part) ? h("span", { class: "mask", title: say("masked") }, part.slice(1, -1)) : part);
}
