/* Filters of the gallery in a static site: the URL holds the state, as it does when served. */
(function () {
  "use strict";
  var form = document.querySelector("form.filters");
  var count = document.querySelector(".recordings-count");
  var whole = count.textContent;
  var cards = Array.from(document.querySelectorAll(".recording"));

  function show() {
    var tui = form.elements.tui.value, outcome = form.elements.outcome.value, shown = 0;
    cards.forEach(function (card) {
      var passes = (!tui || card.dataset.tui === tui) && (!outcome || card.dataset.outcome === outcome);
      card.hidden = !passes;
      shown += passes ? 1 : 0;
    });
    document.querySelectorAll(".recordings-family").forEach(function (family) {
      family.hidden = !family.querySelector(".recording:not([hidden])");
    });
    count.textContent = tui || outcome ? shown + " of the " + cards.length + " recordings shown here pass these filters." : whole;
  }

  function keep() {
    var query = new URLSearchParams();
    ["tui", "outcome"].forEach(function (name) {
      if (form.elements[name].value) { query.set(name, form.elements[name].value); }
    });
    var text = query.toString();
    history.replaceState(null, "", location.pathname + (text ? "?" + text : "") + location.hash);
  }

  function restore() {
    var query = new URLSearchParams(location.search);
    ["tui", "outcome"].forEach(function (name) {
      var select = form.elements[name], asked = query.get(name) || "";
      if (Array.from(select.options).some(function (option) { return option.value === asked; })) { select.value = asked; }
    });
  }

  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("change", function () { keep(); show(); });
  restore();
  show();
})();
