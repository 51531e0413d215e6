/* Compare: the form of a static site leads to the prerendered page; a page in the other order leads on. */
(function () {
  "use strict";
  var there = document.getElementById("go-there");
  if (there) {
    location.replace(there.href);
    return;
  }
  var form = document.getElementById("pairs");
  var data = document.getElementById("compare-known");
  if (!form || !data || !form.hidden) { return; }
  var made = JSON.parse(data.textContent).made;
  var fault = document.getElementById("pairs-fault");
  form.hidden = false;

  function page(a, b) {
    var names = [a, b].sort();
    return "pairs/" + names.map(encodeURIComponent).join("/") + ".html";
  }

  function show(words) {
    fault.hidden = false;
    fault.textContent = words;
  }

  /* `agent~vendor~model`, as `cab compare` takes it. */
  function named(token) {
    var parts = token.split("~");
    return "'" + parts[0] + ":" + parts.slice(1).join("/") + "'";
  }

  function go(a, b) {
    fault.hidden = true;
    if (a === b) {
      show("Choose two different pairs.");
    } else if (made.indexOf(a) < 0 || made.indexOf(b) < 0) {
      show("This comparison is not part of the static site. In a terminal: cab compare " + named(a) + " " + named(b));
    } else {
      location.href = page(a, b);
    }
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    go(form.elements.a.value, form.elements.b.value);
  });
  var asked = new URLSearchParams(location.search);
  if (asked.get("a") && asked.get("b")) {
    form.elements.a.value = asked.get("a");
    form.elements.b.value = asked.get("b");
  }
})();
