// Before the first paint, and before the page itself has come: whoever chose a theme must not see the other one flash.
try {
  const theme = localStorage.getItem('boltorezka.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage, no choice: the system's theme holds.
}
