/* Follows the stream of running sweeps: numbers, terminals and cells that end, without loading the page anew. */
(function () {
  "use strict";
  var root = document.getElementById("live");
  if (!root || !window.EventSource) { return; }
  var thin = "\u202f";
  var screens = {};

  function whole(number) { return Math.round(number).toString().replace(/\B(?=(\d{3})+$)/g, thin); }

  function duration(seconds) {
    if (seconds < 1) { return Math.round(seconds * 1000) + thin + "ms"; }
    if (seconds < 600) { return seconds.toFixed(seconds < 100 ? 1 : 0) + thin + "s"; }
    return Math.floor(seconds / 60) + thin + "min " + Math.floor(seconds % 60) + thin + "s";
  }

  function counts(table, none) {
    var names = Object.keys(table).sort();
    return names.map(function (name) { return table[name] + " " + name.replace(/_/g, " "); }).join(", ") || none;
  }

  /* Untrusted text is only ever set as text. Controls and bidirectional marks are spelt out, as on every page. */
  function visible(text) {
    return String(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, function (char) {
      return "\\x" + char.charCodeAt(0).toString(16).padStart(2, "0");
    });
  }

  function field(element, name) { return element.querySelector('[data-field="' + name + '"]'); }

  function say(element, name, text) {
    var found = field(element, name);
    if (found && found.textContent !== text) { found.textContent = text; }
  }

  function copy(id) { return document.getElementById(id).content.firstElementChild.cloneNode(true); }

  function link(path) {
    var home = root.dataset.root.replace(/index\.html$/, "");
    return home + path.split("/").map(function (part) { return encodeURIComponent(part).replace(/%40/g, "@").replace(/%2B/g, "+"); }).join("/");
  }

  function sectionOf(sweep) {
    var found = Array.from(root.children).find(function (child) { return child.dataset.sweep === sweep.sweep_id; });
    if (found) { return found; }
    found = copy("sweep-template");
    found.dataset.sweep = sweep.sweep_id;
    found.setAttribute("aria-label", "Sweep " + visible(sweep.sweep_id));
    field(found, "link").setAttribute("href", link("sweep/" + sweep.sweep_id + ".html"));
    say(found, "sweep_id", visible(sweep.sweep_id));
    root.appendChild(found);
    document.getElementById("nothing").hidden = true;
    return found;
  }

  function showSweep(sweep) {
    var section = sectionOf(sweep);
    var ended = sweep.done + sweep.missing;
    var bar = field(section, "progress");
    bar.max = Math.max(1, sweep.total);
    bar.value = ended;
    say(section, "activity", sweep.activity);
    say(section, "ended", whole(ended));
    say(section, "total", whole(sweep.total));
    say(section, "running", whole(sweep.running));
    say(section, "todo", whole(sweep.todo));
    say(section, "outcomes", counts(sweep.outcomes, "none yet"));
    say(section, "causes", counts(sweep.causes, "none"));
    say(section, "tokens", whole(sweep.tokens));
    say(section, "unmetered", sweep.unmetered ? "without " + sweep.unmetered + " attempts that left theirs unknown" : "");
    say(section, "usd", sweep.usd === null ? "not known" : sweep.usd.toFixed(sweep.usd < 1 ? 4 : 2) + thin + "USD");
    say(section, "wall", duration(sweep.wall_s));
    say(section, "attempts", whole(sweep.attempts));
    say(section, "eta", sweep.eta_s === null ? "not known" : duration(sweep.eta_s) + " to go");
    field(section, "idle").hidden = sweep.cells.length > 0;
    showCells(field(section, "cells"), sweep.cells);
    showRecent(field(section, "recent"), sweep.recent);
  }

  function key(digest, attempt) { return digest + " " + attempt; }

  function showCells(list, cells) {
    var wanted = {};
    cells.forEach(function (cell) { wanted[key(cell.digest, cell.attempt)] = true; });
    Array.from(list.children).forEach(function (item) {
      if (item.dataset.key === undefined) { item.dataset.key = key(item.dataset.digest, (cells.find(function (cell) { return cell.digest === item.dataset.digest; }) || {}).attempt); }
      if (!wanted[item.dataset.key]) { item.remove(); }
    });
    cells.forEach(function (cell) { showCell(list, cell); });
  }

  function showCell(list, cell) {
    var name = key(cell.digest, cell.attempt);
    var item = Array.from(list.children).find(function (child) { return child.dataset.key === name; });
    if (!item) {
      item = copy("cell-template");
      item.dataset.key = name;
      item.dataset.digest = cell.digest;
      var pre = field(item, "screen");
      if (cell.has_screen) { pre.setAttribute("aria-label", "Terminal of " + visible(cell.cell_id)); } else { pre.remove(); }
      list.appendChild(item);
    }
    say(item, "name", visible(cell.tui + " × " + cell.model + " on " + cell.task) + ", run " + cell.run + ", attempt " + cell.attempt);
    say(item, "phase", cell.phase);
    say(item, "calls", whole(cell.model_calls));
    say(item, "tokens", cell.tokens === null ? "tokens not measured" : whole(cell.tokens) + " tokens");
    field(item, "elapsed").dataset.began = cell.began;
  }

  function showRecent(body, ends) {
    body.textContent = "";
    ends.forEach(function (end) {
      var row = body.insertRow();
      var anchor = document.createElement("a");
      var name = document.createElement("bdi");
      name.textContent = visible(end.cell_id);
      anchor.setAttribute("href", link(end.page));
      anchor.appendChild(name);
      row.insertCell().appendChild(anchor);
      var outcome = document.createElement("span");
      outcome.className = "outcome outcome-" + end.outcome;
      outcome.textContent = end.outcome.replace(/_/g, " ");
      var told = row.insertCell();
      told.appendChild(outcome);
      if (end.cause) {
        var cause = document.createElement("span");
        cause.className = "cause";
        cause.textContent = " " + end.cause.replace(/_/g, " ");
        told.appendChild(cause);
      }
      number(row, end.tokens === null ? "not measured" : whole(end.tokens));
      number(row, duration(end.wall_s));
    });
  }

  function number(row, text) {
    var cell = row.insertCell();
    cell.className = "num";
    cell.textContent = text;
  }

  function showScreen(screen) {
    var name = screen.sweep_id + " " + screen.digest;
    var known = screens[name];
    if (!known || known.length !== screen.rows || Object.keys(screen.lines).length === screen.rows) {
      known = screens[name] = new Array(screen.rows).fill("");
    }
    Object.keys(screen.lines).forEach(function (line) { known[Number(line)] = visible(screen.lines[line]); });
    var item = root.querySelector('[data-sweep="' + CSS.escape(screen.sweep_id) + '"] [data-digest="' + CSS.escape(screen.digest) + '"]');
    if (item) { say(item, "screen", known.join("\n").replace(/\n+$/, "")); }
  }

  function tick() {
    var now = Date.now() / 1000;
    root.querySelectorAll('[data-field="elapsed"]').forEach(function (element) {
      var began = Number(element.dataset.began);
      var text = began ? "for " + duration(Math.max(0, now - began)) : "";
      if (element.textContent !== text) { element.textContent = text; }
    });
  }

  function state(name, text) {
    var element = document.getElementById("link-state");
    element.dataset.state = name;
    element.textContent = text;
  }

  if (document.querySelector('meta[http-equiv="refresh"]')) { return; }
  var source = new EventSource(root.dataset.stream);
  source.addEventListener("hello", function (event) {
    var there = JSON.parse(event.data).sweeps;
    Array.from(root.children).forEach(function (child) { if (there.indexOf(child.dataset.sweep) < 0) { child.remove(); } });
    screens = {};
    state("open", "Connected: what you see is what happens.");
  });
  source.addEventListener("sweep", function (event) { showSweep(JSON.parse(event.data)); });
  source.addEventListener("screen", function (event) { showScreen(JSON.parse(event.data)); });
  source.addEventListener("error", function () { state("lost", "The connection is lost; trying again. Numbers are those of the moment it was lost."); });
  addEventListener("pagehide", function () { source.close(); });
  setInterval(tick, 1000);
})();
