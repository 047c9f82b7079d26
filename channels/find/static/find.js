// What does a script add to "Find hjælp"? A way out at once, a copy of the address, the phone's own sharing, and print.

const exit = document.querySelector('.exit');
const { leave, onThreeEscapes } = await import(document.body.dataset.exit);
const forget = () => document.querySelectorAll('form').forEach((form) => form.reset());
const go = (event) => {
  event?.preventDefault();
  leave(exit.href, forget);
};
exit.addEventListener('click', go);
onThreeEscapes(() => true, go);

function offer(selector, possible, act) {
  for (const button of document.querySelectorAll(selector)) {
    if (!possible) continue;
    button.hidden = false;
    button.addEventListener('click', () => act(button));
  }
}

offer('[data-copy]', navigator.clipboard, async (button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = button.dataset.copied;
});
offer('[data-share]', navigator.share && matchMedia('(pointer: coarse)').matches, (button) => {
  navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => { /* they changed their mind */ });
});
offer('[data-print]', true, () => window.print());
