// How does a counsellor who looks elsewhere notice that somebody waits? A soft tone, the title, a note on the screen.

import { $, page, say } from "./dom.js";

const KEY = "indgang-desk-sound";
let audio = null, on = localStorage.getItem(KEY) !== "off", lastUrgent = 0;

function tone(notes) {
  if (!on || !audio || audio.state !== "running") return;
  notes.forEach(([frequency, start], n) => {
    const oscillator = audio.createOscillator(), gain = audio.createGain();
    const from = audio.currentTime + start;
    oscillator.type = "sine";
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(0.09, from + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, from + 0.45 + n * 0.05);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(from);
    oscillator.stop(from + 0.6);
  });
}

export const newWaiting = (urgent) => tone(urgent ? [[587, 0], [784, 0.16], [587, 0.5], [784, 0.66]] : [[587, 0], [784, 0.16]]);
export const newMessage = () => tone([[659, 0]]);

function showSound() {
  $("sound").setAttribute("aria-pressed", on);
  $("sound-words").textContent = say(on ? "sound_on" : "sound_off");
}

export function switchSound() {
  on = !on;
  localStorage.setItem(KEY, on ? "on" : "off");
  showSound();
  if (on) newMessage();
}

function showNotify() {
  const state = "Notification" in window ? Notification.permission : "denied";
  $("notify").setAttribute("aria-pressed", state === "granted");
  $("notify").disabled = state === "denied";
  const words = say({ granted: "notify_on", denied: "notify_denied", default: "notify_ask" }[state]);
  $("notify-words").textContent = $("notify").title = words;
}

export function begin() {
  // Browsers allow sound only after somebody has touched the page.
  const wake = () => {
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume();
  };
  addEventListener("pointerdown", wake);
  addEventListener("keydown", wake);
  $("sound").addEventListener("click", switchSound);
  $("notify").addEventListener("click", async () => {
    if ("Notification" in window) await Notification.requestPermission();
    showNotify();
  });
  showSound();
  showNotify();
}

export function title(waiting) {
  document.title = (waiting ? `${say("title_waiting", { n: waiting })} · ` : "") + say("title");
}

// No word of what was written: the note may be seen by whoever passes the screen.
export function notify(level, waiting) {
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const note = new Notification(say("notification_title"), {
    body: `${page.levels[level]} · ${say("title_waiting", { n: waiting })}`, tag: "indgang-queue", renotify: true });
  note.onclick = () => { window.focus(); note.close(); };
}

// Somebody in acute danger is not forgotten because a tone was missed.
export function remind(acuteWaits, paused) {
  if (!acuteWaits || paused || Date.now() - lastUrgent < 45000) return;
  if (lastUrgent) newWaiting(true);
  lastUrgent = Date.now();
}
