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
    var name = button.querySelector(".theme-name");
    function show() { name.textContent = current(); }
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

  /* Data in script files: from file:// a page may load scripts and fetch nothing. A file calls receive once. */
  var loads = {};
  var latest = null;

  function receive(name, data) { latest = { name: name, data: data }; }

  function script(url, done) {
    if (loads[url]) { return loads[url]; }
    loads[url] = new Promise(function (resolve, reject) {
      var element = document.createElement("script");
      element.src = url;
      element.onload = function () { try { resolve(done()); } catch (error) { reject(error); } };
      element.onerror = function () { delete loads[url]; reject(new Error(url + " cannot be loaded")); };
      document.head.appendChild(element);
    });
    return loads[url];
  }

  /* A promise of the data that the script at a URL hands over under this name; each URL is loaded once. */
  function load(name, url) {
    return script(new URL(url, document.baseURI).href, function () {
      var got = latest;
      latest = null;
      if (!got || got.name !== name) { throw new Error(url + " gave no " + name); }
      return got.data;
    });
  }

  /* A promise of a vendored script having run. */
  function need(url) {
    return script(new URL(url, document.baseURI).href, function () { return true; });
  }

  /* Text of data that a script shows: controls and bidirectional marks are spelt out, as in the pages' own text. */
  var UNSEEN = new RegExp("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069" +
    "\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff\\u{e0000}-\\u{e007f}]", "gu");

  function visible(text) {
    return String(text).replace(UNSEEN, function (found) {
      return "\\x" + found.codePointAt(0).toString(16).padStart(2, "0");
    });
  }

  window.cab = { sortBy: sortBy, store: store, receive: receive, load: load, need: need, visible: visible };
  level();
  theme();
  menu();
  copying();
  document.querySelectorAll("table.sortable").forEach(sortable);
})();
