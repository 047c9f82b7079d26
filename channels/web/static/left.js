// Who has left at once does not come back by the back button: a page of ours that is reached by it in this tab gives
// way before it is drawn. Loaded first, and not as a module, so that nothing shows.
(() => {
  const left = () => {
    try { return sessionStorage.getItem('indgang-left'); } catch { return null; }
  };
  const away = () => {
    document.documentElement.style.setProperty('display', 'none', 'important');
    location.replace(left());
  };
  const [visit] = performance.getEntriesByType('navigation');
  if (left() && visit?.type === 'back_forward') away();
  else if (left()) sessionStorage.removeItem('indgang-left'); // they came of their own will
  addEventListener('pageshow', (event) => { if (event.persisted && left()) away(); });
})();
