// Runs before the first paint, and before the page itself has come. `boot-script.ts` puts it into index.html.
(() => {
  const fetchForRoom = () => {
    for (const href of ROOM_FILES) {
      const link = document.createElement('link');
      link.rel = href.endsWith('.css') ? 'preload' : 'modulepreload';
      if (link.rel === 'preload') link.as = 'style';
      link.href = href;
      document.head.append(link);
    }
  };
  try {
    const theme = localStorage.getItem('boltorezka.theme');
    // Whoever chose a theme must not see the other one flash.
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    // Somebody who is signed in will see a room: what draws it is fetched beside the rest, not after it.
    if (localStorage.getItem('boltorezka.token') !== null) fetchForRoom();
  } catch {
    // No storage, no choice: the system's theme holds.
  }
})();
