/* The static leaderboard's filters, order and columns. The URL's query holds the state, as it does when Python answers.
   Unfiltered rows come from the page; filtered ones are computed by board.js from data that is loaded when needed. */
(function () {
  "use strict";
  var form = document.getElementById("board-form");
  var table = document.getElementById("board");
  if (!form || !table) { return; }
  var by = form.dataset.by;
  var NAMED = ["family", "language", "sweep", "plugin", "tui", "model"];
  var SWITCHES = ["references", "provisional", "unsandboxed"];
  var OTHER = ["missing", "columns", "sort", "down"];
  var heads = Array.from(table.tHead.rows[0].cells);
  var keys = heads.map(function (head) { return head.dataset.key; });
  var original = Array.from(table.tBodies);
  var said = document.getElementById("board-said");
  var url = null;

  function read() {
    var query = new URLSearchParams(location.search);
    var state = {};
    NAMED.concat(SWITCHES, OTHER).forEach(function (name) { state[name] = query.get(name) || ""; });
    return state;
  }

  /* Values that mean nothing here are left out, and said. */
  function check(state) {
    var faults = [];
    function known(name, values) {
      if (state[name] && values.indexOf(state[name]) < 0) {
        faults.push("No " + name + " is called “" + state[name].slice(0, 80) + "”, so it was left out. Known: " +
          (values.filter(Boolean).slice(0, 20).join(", ") || "none") + ".");
        state[name] = "";
      }
    }
    NAMED.concat(["missing", "columns"]).forEach(function (name) {
      var field = form.elements[name];
      known(name, field && field.options ? Array.from(field.options, function (option) { return option.value; }) : []);
    });
    known("sort", keys.filter(function (key) { return key !== "name"; }));
    SWITCHES.forEach(function (name) { state[name] = ["1", "on", "true", "yes"].indexOf(state[name]) >= 0 ? "1" : ""; });
    state.down = state.sort && ["1", "on", "true", "yes"].indexOf(state.down) >= 0 ? "1" : "";
    return faults;
  }

  function query(state) {
    var found = new URLSearchParams();
    NAMED.concat(SWITCHES, OTHER).forEach(function (name) { if (state[name]) { found.set(name, state[name]); } });
    var text = found.toString();
    return text ? "?" + text : "";
  }

  function go(state) {
    var to = location.pathname + query(state);
    try { history.pushState(null, "", to); } catch (error) { location.assign(to); return; }
    show();
  }

  function filtered(state) {
    return NAMED.concat(SWITCHES).some(function (name) { return state[name]; });
  }

  /* ---- cells ---- */

  function make(tag, cls, text) {
    var element = document.createElement(tag);
    if (cls) { element.className = cls; }
    if (text !== undefined) { element.textContent = window.cab.visible(text); }
    return element;
  }

  function whole(value) { return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, "\u202f"); }
  function percent(value) { return (value * 100).toFixed(0) + "\u202f%"; }
  function usd(value) { return (value >= 1 ? value.toFixed(2) : value.toFixed(4)) + "\u202fUSD"; }
  function two(value) { return value.toFixed(2); }
  function three(value) { return value.toFixed(3); }
  function duration(ms) {
    if (ms < 1000) { return (ms < 10 ? ms.toFixed(1) : ms.toFixed(0)) + "\u202fms"; }
    if (ms < 600000) { return (ms / 1000).toFixed(2) + "\u202fs"; }
    return Math.floor(ms / 60000) + "\u202fmin " + Math.floor(ms / 1000) % 60 + "\u202fs";
  }

  function svg(tag, attributes) {
    var element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.keys(attributes).forEach(function (name) { element.setAttribute(name, attributes[name]); });
    return element;
  }

  function interval(figure, label) {
    var box = make("span", "interval");
    var low = two(figure.low);
    var high = two(figure.high);
    var bar = svg("svg", { viewBox: "0 0 100 12", "class": "interval-bar", role: "img",
      "aria-label": label + ": " + three(figure.value) + ", 95 % interval " + low + " to " + high });
    bar.append(svg("rect", { "class": "interval-scale", x: 0, y: 5.5, width: 100, height: 1 }),
      svg("rect", { "class": "interval-range", x: figure.low * 100, y: 3, rx: 2, height: 6,
        width: Math.max((figure.high - figure.low) * 100, 0.8) }),
      svg("circle", { "class": "interval-point", cx: figure.value * 100, cy: 6, r: 3 }));
    box.append(bar, make("span", "interval-text", low + "–" + high));
    return box;
  }

  function absent(why) { return make("span", "absent", why); }
  function under(text) { return make("span", "under", text); }
  function figure(one, text) { return one.value === null ? [absent(one.infinite ? "infinite: nothing solved" : one.why)] : [text(one.value)]; }
  function strong(text) { return make("strong", "", text); }

  function ranged(one, text, label, below) {
    return one.value === null ? [absent(one.why)] : [strong(text(one.value)), " ", interval(one, label)].concat(below || []);
  }

  function axis(one) { return one.value === null ? [absent("n/a")] : [two(one.value), under(one.cells + " runs")]; }

  function bounds(low, high) { return low === null || low === undefined ? [absent("none")] : [three(low) + "–" + three(high)]; }

  function causes(row) {
    return Object.keys(row.causes).sort().map(function (cause) {
      return row.causes[cause] + " " + cause.replace(/_/g, " ");
    }).join(", ");
  }

  /* For each column: what it shows of a row, and the number it sorts by. */
  var CELLS = {
    rank: function (row) { return [row.rank === null ? [absent("not ranked")] : [strong(row.rank)], row.rank]; },
    pbs: function (row) { return [ranged(row.pbs, three, "PBS"), row.pbs.value]; },
    ships: function (row) {
      return [ranged(row.ships, percent, "Pass rate", [under(row.solved + " of " + row.valid + " runs")]), row.ships.value];
    },
    stays: function (row) {
      return [figure(row.stays, percent).concat(row.stays.value === null ? [] : [under("of " + row.stays.cells)]), row.stays.value];
    },
    tokens: function (row) { return [figure(row.tokens, whole), row.tokens.value]; },
    usd: function (row) { return [figure(row.usd, usd), row.usd.value]; },
    missing: function (row) {
      return [row.missing ? [row.missing + " of " + (row.missing + row.valid), under(causes(row))] : ["none"], row.missing];
    },
    active: function (row) { return [row.active === null ? [absent("not measured")] : [duration(row.active)], row.active]; },
    blast: function (row) { return [axis(row.axes.blast_radius), row.axes.blast_radius.value]; },
    instructions: function (row) { return [axis(row.axes.instructions), row.axes.instructions.value]; },
    integrity: function (row) { return [axis(row.axes.integrity), row.axes.integrity.value]; },
    refusal: function (row) { return [axis(row.axes.refusal), row.axes.refusal.value]; },
    cheated: function (row) { return [[row.cheated + " of " + row.valid], row.valid ? row.cheated / row.valid : null]; },
    false_refusals: function (row) { return [[row.refused + " of " + row.valid], row.valid ? row.refused / row.valid : null]; },
    twins: function (row) {
      var found = row.cheating;
      return found ? [[found.passed + " of " + found.cells, under(two(found.low) + "–" + two(found.high))], found.value]
        : [[absent("not run")], null];
    },
    cells: function (row) { return [[String(row.valid), under(row.tasks + " tasks")], row.valid]; },
    pbs_bounds: function (row) { return [bounds(row.pbs.lost, row.pbs.won), row.pbs.lost]; },
    ships_bounds: function (row) { return [bounds(row.shipsLost, row.shipsWon), row.shipsLost]; }
  };

  function page(row) {
    var target = by === "pair" ? row.page : by === "tui" ? "agent/" + row.tui + ".html" : "model/" + row.model + ".html";
    return local(target);
  }

  function local(target) { return "../" + target.split("/").map(encodeURIComponent).join("/"); }

  function name(row) {
    var head = make("th");
    head.scope = "row";
    var link = make("a", "", by === "model" ? "" : row.tui + (by === "pair" ? " × " : ""));
    if (by !== "tui") {
      var cut = row.model.indexOf("/") + 1;
      link.append(window.cab.visible(row.model.slice(0, cut)), make("wbr"), window.cab.visible(row.model.slice(cut)));
    }
    link.href = page(row);
    head.append(link);
    if (by === "pair") {
      var more = make("span", "under expert");
      more.append(make("a", "", "agent"), " · ", make("a", "", "model"));
      more.children[0].href = local("agent/" + row.tui + ".html");
      more.children[1].href = local("model/" + row.model + ".html");
      head.append(more);
    }
    if (row.stack.length) { head.append(under("with " + row.stack.join(", "))); }
    if (row.mode !== "factory") { head.append(under("mode " + row.mode)); }
    if (row.reference) { head.append(under("reference model")); }
    return head;
  }

  function line(row) {
    var made = make("tr");
    keys.forEach(function (key, index) {
      if (key === "name") { made.append(name(row)); return; }
      var cell = make("td", heads[index].className);
      var found = CELLS[key](row);
      cell.append.apply(cell, found[0]);
      cell.dataset.sort = found[1] === null || found[1] === undefined ? "" : String(found[1]);
      made.append(cell);
    });
    return made;
  }

  /* ---- the table ---- */

  function bodies(list) {
    Array.from(table.tBodies).forEach(function (body) { body.remove(); });
    list.forEach(function (body) { table.append(body); });
  }

  function flat(rows) {
    var body = make("tbody");
    rows.forEach(function (row) { body.append(row); });
    return body;
  }

  /* Text of a row's cell that names its missing cells; rows by what they miss. */
  function keeps(row, wanted) {
    if (!wanted) { return true; }
    var cell = row.cells[keys.indexOf("missing")];
    var some = Number(cell.dataset.sort) > 0;
    if (wanted === "some" || wanted === "none") { return some === (wanted === "some"); }
    return some && cell.textContent.indexOf(wanted.replace(/_/g, " ")) >= 0;
  }

  function arrange(state, rows, grouped) {
    var kept = rows.filter(function (row) { return keeps(row, state.missing); });
    if (grouped && !state.sort && !state.missing) { bodies(original); return rows.length; }
    bodies([flat(grouped ? kept.map(function (row) { return row.cloneNode(true); }) : kept)]);
    if (state.sort) { window.cab.sortBy(table, keys.indexOf(state.sort), Boolean(state.down)); }
    return kept.length;
  }

  function ownRows() {
    return original.reduce(function (found, body) {
      return found.concat(Array.from(body.rows).filter(function (row) { return !row.classList.contains("band-head"); }));
    }, []);
  }

  function command(state) {
    var words = ["cab leaderboard"].concat(by === "pair" ? [] : ["--by " + by]);
    NAMED.forEach(function (name) { if (state[name]) { words.push("--" + name + " " + quoted(name === "plugin" && state[name] === "none" ? "" : state[name])); } });
    var shown = form.dataset.references === "1" ? Object.assign({}, state, { references: "1" }) : state;
    SWITCHES.forEach(function (name) { if (shown[name]) { words.push("--" + name); } });
    return words.join(" ");
  }

  function quoted(word) { return /^[\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replace(/'/g, "'\"'\"'") + "'"; }

  function told(faults, state, computed) {
    said.textContent = "";
    if (faults.length) {
      var banner = make("div", "banner banner-warn");
      faults.forEach(function (fault) { banner.append(make("p", "", fault)); });
      said.append(banner);
    }
    if (!computed) { return; }
    var box = make("div", "board-said-box");
    box.append(make("p", "", "Computed in your browser from the cells that fit, by the formulas of the full board. " +
      "Rank intervals and ties are not computed here; the command at the end of this page computes them."));
    if (Object.keys(computed.leftOut).length) {
      box.append(make("p", "soft", "Left out: " + Object.keys(computed.leftOut).map(function (reason) {
        return computed.leftOut[reason] + " " + reason;
      }).join(", ") + " cells."));
    }
    said.append(box);
  }

  function count(number) {
    document.getElementById("board-count").textContent = number + (number === 1 ? " row" : " rows");
    var empty = document.getElementById("board-empty");
    if (empty) { empty.hidden = number > 0; }
  }

  /* ---- the page ---- */

  function fill(state) {
    NAMED.concat(["missing", "columns"]).forEach(function (name) {
      if (form.elements[name]) { form.elements[name].value = state[name]; }
    });
    SWITCHES.forEach(function (name) { if (form.elements[name]) { form.elements[name].checked = Boolean(state[name]); } });
    if (state.columns) { table.dataset.columns = state.columns; } else { delete table.dataset.columns; }
    heads.forEach(function (head, index) {
      if (keys[index] === state.sort) { head.setAttribute("aria-sort", state.down ? "descending" : "ascending"); }
      else { head.removeAttribute("aria-sort"); }
    });
    table.caption.textContent = table.caption.textContent.split(",")[0] + ", " +
      (state.sort ? "sorted by " + state.sort.replace(/_/g, " ") : filtered(state) ? "best PBS first" : "best PBS first, tied rows in groups");
    document.querySelector("#board-command code").textContent = command(state);
    document.querySelectorAll(".tabs a").forEach(function (tab) { tab.href = tab.dataset.page + ".html" + query(state); });
  }

  function offerCsv(wanted) {
    var place = document.getElementById("own-csv");
    place.textContent = "";
    if (url) { URL.revokeObjectURL(url); url = null; }
    if (!wanted) { return; }
    var rows = Array.from(table.querySelectorAll("tbody tr:not(.band-head)"));
    var text = [heads.map(title)].concat(rows.map(function (row) { return Array.from(row.cells, plain); }));
    url = URL.createObjectURL(new Blob([text.map(csvLine).join("")], { type: "text/csv" }));
    var link = make("a", "", "the rows shown, as CSV");
    link.href = url;
    link.download = "leaderboard-" + by + "-filtered.csv";
    place.append(" (whole board); ", link);
  }

  function title(head) { return head.textContent.trim(); }
  function plain(cell) { return cell.dataset.sort === undefined ? cell.querySelector("a").textContent.trim() : cell.dataset.sort; }
  function csvLine(fields) {
    return fields.map(function (field) { return /[",\n]/.test(field) ? '"' + field.replace(/"/g, '""') + '"' : field; }).join(",") + "\r\n";
  }

  var asked = 0;

  function show() {
    var state = read();
    var faults = check(state);
    var turn = asked += 1;
    fill(state);
    if (!filtered(state)) {
      told(faults, state, null);
      count(arrange(state, ownRows(), true));
      offerCsv(state.missing);
      return;
    }
    table.setAttribute("aria-busy", "true");
    window.cab.load("board", form.dataset.data).then(function (data) {
      if (turn !== asked) { return; }
      var facets = Object.assign({}, state, { references: state.references || form.dataset.references === "1" });
      var found = window.cab.board.compute(data, by, facets);
      told(faults, state, found);
      count(arrange(state, found.rows.map(line), false));
      offerCsv(true);
    }, function () {
      told(faults.concat(["The data for filters could not be loaded, so the whole board is shown."]), state, null);
    }).then(function () { table.removeAttribute("aria-busy"); });
  }

  function submitted() {
    var state = read();
    check(state);
    NAMED.concat(["missing", "columns"]).forEach(function (name) {
      state[name] = form.elements[name] ? form.elements[name].value : "";
    });
    SWITCHES.forEach(function (name) { state[name] = form.elements[name] && form.elements[name].checked ? "1" : ""; });
    go(state);
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); submitted(); });
  form.addEventListener("change", submitted);
  form.querySelector(".reset").addEventListener("click", function (event) { event.preventDefault(); go({}); });
  heads.forEach(function (head, index) {
    if (keys[index] === "name") { return; }
    var link = make("a", "sort", title(head));
    head.textContent = "";
    link.href = "?sort=" + keys[index] + (head.dataset.down ? "&down=1" : "");
    head.append(link);
    link.addEventListener("click", function (event) {
      event.preventDefault();
      var state = read();
      check(state);
      var down = state.sort === keys[index] ? !state.down : Boolean(head.dataset.down);
      go(Object.assign(state, { sort: keys[index], down: down ? "1" : "" }));
    });
  });
  addEventListener("popstate", show);
  if (location.search) { show(); }
})();
