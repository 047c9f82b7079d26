// How does somebody leave at once, so that the next one at this computer sees nothing?

const TIMES = 3;
const WITHIN_MS = 1500;

// The page becomes empty at once, the address and the title harmless, and this entry of the history is replaced:
// the back button cannot come here again. In a frame it is the whole window that leaves.
export function leave(url, forget) {
  forget();
  const target = /^https?:/.test(url) ? url : 'about:blank';
  document.documentElement.style.setProperty('display', 'none', 'important');
  document.title = ' ';
  if (document.querySelector('script[src$="/left.js"]')) { // our own page, not one that we stand in
    try { sessionStorage.setItem('indgang-left', target); } catch { /* the browser keeps nothing */ }
  }
  try {
    history.replaceState(null, '', location.pathname.replace(/[^/]*$/, ''));
  } catch { /* a sandboxed frame has no history of its own */ }
  try {
    window.top.location.replace(target);
  } catch {
    location.replace(target);
  }
}

export function onThreeEscapes(active, act) {
  let presses = [];
  const listen = (event) => {
    if (event.key !== 'Escape') { presses = []; return; }
    if (event.repeat || !active()) return;
    const now = performance.now();
    presses = [...presses.filter((at) => now - at < WITHIN_MS), now];
    if (presses.length >= TIMES) act();
  };
  document.addEventListener('keydown', listen, true);
  return () => document.removeEventListener('keydown', listen, true);
}
