// Sets the chosen theme before the first paint; a classic script on purpose, because modules run after it.
(() => {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
