// Sets the stored theme before the first paint. A classic script, so that it blocks; no inline script is allowed by the CSP.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem('sightline-theme');
  } catch {
    // Storage is refused: follow the system.
  }
  const dark = theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
