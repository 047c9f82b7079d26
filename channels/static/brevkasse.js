// What does a script add to the letterbox? A way out, a copy of the code, and no letter sent twice. All else works without.

const exit = document.querySelector('.exit');
const { leave, onThreeEscapes } = await import(document.body.dataset.exit);
const forget = () => document.querySelectorAll('form').forEach((form) => form.reset());
const go = (event) => {
  event?.preventDefault();
  leave(exit.href, forget);
};
exit.addEventListener('click', go);
onThreeEscapes(() => true, go);

for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}

for (const form of document.querySelectorAll('form[data-once]')) {
  form.addEventListener('submit', (event) => {
    const button = form.querySelector('button');
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
    button.textContent = button.dataset.sending;
    setTimeout(() => { delete form.dataset.sent; }, 8000); // a request that was lost may be sent again
  });
}
