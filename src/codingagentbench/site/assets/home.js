/* The home page: the chooser's answers (made by site/ranking/answers.py) and the state in the URL. */
(function () {
  "use strict";
  var form = document.getElementById("chooser-form");
  if (!form) { return; }
  var NAMES = ["matters", "work", "limit"];
  var place = document.getElementById("chooser-picks");
  var notes = document.getElementById("chooser-notes");
  var live = !form.classList.contains("needs-scripts");

  function make(tag, cls, text) {
    var element = document.createElement(tag);
    if (cls) { element.className = cls; }
    if (text) { element.textContent = window.cab.visible(text); }
    return element;
  }

  function link(url, text) {
    var element = make("a", "", text);
    element.href = url;
    return element;
  }

  function card(text) {
    var item = make("li", "pick");
    var title = make("h3");
    title.append(link(text[5], text[0]));
    var links = make("p", "pick-links");
    links.append(link(text[6], "Beside all others"));
    if (text[7]) { links.append(" · ", link(text[7], "Look at " + text[4])); }
    item.append(title, make("p", "", text[1]), make("p", "", text[2]), make("p", "soft", text[3]), links);
    return item;
  }

  function answer(data) {
    var key = NAMES.map(function (name) { return form.elements[name].value; }).join("|");
    var found = data.answers[key];
    function text(index) { return data.texts[index]; }
    place.textContent = "";
    notes.textContent = "";
    found[0].forEach(function (pick) { place.append(card(pick.map(text))); });
    found[1].forEach(function (note) { notes.append(make("li", "", text(note))); });
    var matters = form.elements.matters;
    document.getElementById("chooser-judged").textContent = matters.options[matters.selectedIndex].dataset.judged;
  }

  function ask() {
    window.cab.load("chooser", form.dataset.data).then(answer, function () {
      place.textContent = "";
      notes.textContent = "";
      notes.append(make("li", "", "The answers could not be loaded."));
    });
  }

  function query() {
    var found = new URLSearchParams();
    NAMES.forEach(function (name) {
      var field = form.elements[name];
      if (field.selectedIndex > 0) { found.set(name, field.value); }
    });
    var usd = document.getElementById("cost-usd");
    if (usd && usd.checked) { found.set("cost", "usd"); }
    return found.toString();
  }

  /* Fields as the URL has them; what means nothing here is left out. */
  function read() {
    var found = new URLSearchParams(location.search);
    NAMES.forEach(function (name) {
      var field = form.elements[name];
      field.value = found.get(name) || field.options[0].value;
      if (field.selectedIndex < 0) { field.selectedIndex = 0; }
    });
    var cost = document.getElementById(found.get("cost") === "usd" ? "cost-usd" : "cost-tokens");
    if (cost) { cost.checked = true; }
  }

  function keep() {
    var text = query();
    try { history.pushState(null, "", location.pathname + (text ? "?" + text : "")); } catch (error) { /* shown all the same */ }
  }

  document.querySelectorAll(".charts > input").forEach(function (input) { input.addEventListener("change", keep); });
  if (live) { return; }
  form.addEventListener("submit", function (event) { event.preventDefault(); keep(); ask(); });
  form.addEventListener("change", function () { keep(); ask(); });
  addEventListener("popstate", function () { read(); ask(); });
  if (location.search) { read(); ask(); }
})();
