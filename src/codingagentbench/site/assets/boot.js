/* Before first paint: the reader's theme and reading level, so that nothing flashes. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("scripted");
  function read(key) {
    try { return localStorage.getItem(key); } catch (error) { return null; }
  }
  var theme = read("cab-theme");
  if (theme === "light" || theme === "dark") { root.dataset.theme = theme; }
  root.dataset.level = read("cab-level") === "expert" ? "expert" : "plain";
})();
