/* What every page shares: theme, reading level, menu, copy buttons, sortable tables. */
(function () {
  "use strict";
  var root = document.documentElement;

  function store(key, value) {
    try { localStorage.setItem(key, value); } catch (error) { /* private mode: the choice lasts for this page */ }
  }

  function level() {
    var button = document.getElementById("level");
    function show() {
      var expert = root.dataset.level === "expert";
      button.setAttribute("aria-pressed", String(expert));
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      root.dataset.level = root.dataset.level === "expert" ? "plain" : "expert";
      store("cab-level", root.dataset.level);
      show();
    });
    show();
  }

  function theme() {
    var button = document.getElementById("theme");
    var order = ["system", "light", "dark"];
    function current() { return root.dataset.theme || "system"; }
    function show() { button.textContent = "Theme: " + current(); }
    button.hidden = false;
    button.addEventListener("click", function () {
      var next = order[(order.indexOf(current()) + 1) % order.length];
      if (next === "system") { delete root.dataset.theme; } else { root.dataset.theme = next; }
      store("cab-theme", next);
      show();
    });
    show();
  }

  function menu() {
    var button = document.querySelector(".menu-button");
    var list = document.getElementById("menu");
    button.hidden = false;
    button.addEventListener("click", function () {
      var open = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!open));
      list.classList.toggle("open", !open);
    });
  }

  function copying() {
    document.querySelectorAll("button.copy").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        var text = button.closest(".code").querySelector("code").textContent;
        function said(word) {
          button.textContent = word;
          setTimeout(function () { button.textContent = "Copy"; }, 1500);
        }
        if (navigator.clipboard) {
          navigator.clipboard.writeText(text).then(function () { said("Copied"); }, function () { select(button); });
        } else { select(button); }
      });
    });
  }

  function select(button) {
    var range = document.createRange();
    range.selectNodeContents(button.closest(".code").querySelector("code"));
    var selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    button.textContent = "Selected";
  }

  /* A column's key: data-sort where given (empty sorts last, both ways), else the text. */
  function key(row, index) {
    var cell = row.cells[index];
    var given = cell.dataset.sort;
    var text = given === undefined ? cell.textContent.trim() : given;
    if (text === "") { return null; }
    var number = Number(text);
    return Number.isNaN(number) ? text.toLowerCase() : number;
  }

  function compare(a, b, down) {
    if (a === null || b === null) { return (a === null) - (b === null); }
    if (typeof a !== typeof b) { return typeof a === "number" ? -1 : 1; }
    var order = a < b ? -1 : a > b ? 1 : 0;
    return down ? -order : order;
  }

  function sortBy(table, index, down) {
    var body = table.tBodies[0];
    var rows = Array.from(body.rows);
    var keyed = rows.map(function (row) { return [key(row, index), row]; });
    keyed.sort(function (a, b) { return compare(a[0], b[0], down); });
    keyed.forEach(function (pair) { body.appendChild(pair[1]); });
    Array.from(table.tHead.rows[0].cells).forEach(function (head, place) {
      if (place === index) { head.setAttribute("aria-sort", down ? "descending" : "ascending"); }
      else { head.removeAttribute("aria-sort"); }
    });
  }

  function sortable(table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (head, index) {
      if (head.querySelector("button, a, input")) { return; }
      var button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener("click", function () {
        var now = head.getAttribute("aria-sort");
        var down = now ? now === "ascending" : head.classList.contains("num");
        sortBy(table, index, down);
        table.dispatchEvent(new CustomEvent("sorted", { detail: { index: index, down: down } }));
      });
    });
  }

  window.cab = { sortBy: sortBy, store: store };
  level();
  theme();
  menu();
  copying();
  document.querySelectorAll("table.sortable").forEach(sortable);
})();
