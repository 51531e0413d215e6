/* The replay: one clock, its controls and keys, and the span that is looked at. */
(function () {
  "use strict";
  var IDLE = 2000, FRAME = 250, SAME = 1e-4;

  function Clock(length) {
    this.length = length;
    this.t = 0;
    this.playing = false;
    this.speed = 1;
    this.skipIdle = false;
    this.changes = [];
    this.hearers = { time: [], play: [], pause: [], seek: [] };
  }

  Clock.prototype.on = function (what, hear) { this.hearers[what].push(hear); };

  Clock.prototype.say = function (what) { this.hearers[what].forEach(function (hear) { hear(); }); };

  /* Sorted times at which something happens: boundaries of spans and output. Between them the run is idle. */
  Clock.prototype.happens = function (times) {
    this.changes = Float64Array.from(this.changes.length ? Array.from(this.changes).concat(times) : times).sort();
  };

  Clock.prototype.set = function (t) {
    this.t = Math.min(Math.max(t, 0), this.length);
    this.say("time");
  };

  Clock.prototype.seek = function (t) {
    this.set(t);
    this.say("seek");
  };

  Clock.prototype.play = function () {
    if (this.playing) { return; }
    if (this.t >= this.length) { this.seek(0); }
    this.playing = true;
    this.say("play");
    var clock = this, before = performance.now();
    function frame(now) {
      if (!clock.playing) { return; }
      var passed = Math.min(Math.max(now - before, 0), FRAME) * clock.speed;
      before = now;
      clock.set(clock.skipped(clock.t + passed));
      if (clock.t >= clock.length) { clock.pause(); } else { requestAnimationFrame(frame); }
    }
    requestAnimationFrame(frame);
  };

  Clock.prototype.pause = function () {
    if (!this.playing) { return; }
    this.playing = false;
    this.say("pause");
  };

  Clock.prototype.toggle = function () { if (this.playing) { this.pause(); } else { this.play(); } };

  /* Where to go on when nothing has happened for two seconds: at the next thing that does. */
  Clock.prototype.skipped = function (t) {
    if (!this.skipIdle) { return t; }
    var next = after(this.changes, t);
    var since = next > 0 ? this.changes[next - 1] : 0;
    var until = next < this.changes.length ? this.changes[next] : this.length;
    return until - since > IDLE && t - since >= IDLE ? until : t;
  };

  /* Index of the first number over a value in a sorted array. */
  function after(sorted, value) {
    var low = 0, high = sorted.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (sorted[middle] > value) { high = middle; } else { low = middle + 1; }
    }
    return low;
  }

  function distinct(sorted) {
    return sorted.filter(function (value, index) { return index === 0 || value - sorted[index - 1] > SAME; });
  }

  function Replay(root) {
    this.root = root;
    this.length = Number(root.dataset.duration) || 0;
    this.place = { start: Number(root.dataset.terminalStart), end: Number(root.dataset.terminalEnd) };
    this.clock = new Clock(this.length);
    this.spans = [];
    this.bounds = [0, this.length];
    this.selected = -1;
    this.view = null;
    this.terminal = null;
    this.ready = null;
  }

  Replay.prototype.find = function (selector) { return this.root.querySelector(selector); };

  Replay.prototype.start = function () {
    var replay = this;
    var bar = this.find(".replay-bar");
    if (!bar) { return; }
    bar.hidden = false;
    var text = this.find(".replay-text");
    if (text && this.root.dataset.terminal) { text.open = false; }
    this.controls();
    this.clock.on("time", function () { replay.moved(); });
    this.clock.on("play", function () { replay.state(); });
    this.clock.on("pause", function () { replay.state(); });
    this.root.addEventListener("keydown", function (event) { replay.key(event); });
    new IntersectionObserver(function (seen, observer) {
      if (seen.some(function (one) { return one.isIntersecting; })) { observer.disconnect(); replay.load(); }
    }, { rootMargin: "500px" }).observe(this.root);
    this.moved();
  };

  /* The data, loaded once, when the replay is about to be seen or used. */
  Replay.prototype.load = function () {
    if (this.ready) { return this.ready; }
    var replay = this, data = this.root.dataset;
    var trace = !data.trace ? Promise.resolve() : cab.load("trace", data.trace).then(function (found) { replay.showTrace(found); });
    var terminal = !data.terminal ? Promise.resolve() : Promise.all([
      cab.load("terminal", data.terminal), cab.need(data.player)
    ]).then(function (found) { replay.showTerminal(found[0]); });
    this.ready = Promise.all([
      trace.catch(function () { replay.say("The trace cannot be loaded. The table below has its spans."); }),
      terminal.catch(function () { replay.say("The terminal recording cannot be loaded."); })
    ]).then(function () { replay.root.dataset.ready = "yes"; });
    return this.ready;
  };

  Replay.prototype.say = function (text) {
    var said = this.find(".replay-said");
    said.textContent = said.textContent ? said.textContent + " " + text : text;
    said.hidden = false;
  };

  Replay.prototype.showTrace = function (trace) {
    this.spans = trace.spans;
    var times = [];
    this.spans.forEach(function (span) { times.push(span.start, span.end); });
    this.bounds = distinct(Float64Array.from(times.concat([0, this.length])).sort());
    this.clock.happens(times);
    this.root.classList.add("replay-ready");
    this.find(".replay-lanes").hidden = false;
    this.find(".replay-detail").hidden = false;
    var missing = this.find(".replay-left-out");
    if (missing && !trace.leftOut) { missing.hidden = true; }
    this.view = new cab.replay.View(this.root, trace, this.length);
    this.pointing();
    this.moved();
  };

  Replay.prototype.showTerminal = function (data) {
    var screen = this.find(".replay-screen");
    screen.hidden = false;
    this.find(".replay-terminal-time").hidden = false;
    this.terminal = new cab.replay.Terminal(data, this.clock, this.place);
    this.clock.happens(this.terminal.times());
    this.terminal.mount(screen);
    this.moved();
  };

  Replay.prototype.controls = function () {
    var replay = this, clock = this.clock;
    this.find(".replay-play").addEventListener("click", function () { replay.load(); clock.toggle(); });
    this.root.querySelectorAll(".replay-step").forEach(function (button) {
      button.addEventListener("click", function () {
        replay.load().then(function () { replay.step(Number(button.dataset.step)); });
      });
    });
    this.find(".replay-scrub").addEventListener("input", function (event) {
      replay.load();
      clock.seek(Number(event.target.value));
    });
    this.find(".replay-speed").addEventListener("change", function (event) { clock.speed = Number(event.target.value); });
    this.find(".replay-skip").addEventListener("change", function (event) { clock.skipIdle = event.target.checked; });
    this.find(".replay-zoom").addEventListener("click", function () { replay.zoom(replay.selected); });
    this.find(".replay-whole").addEventListener("click", function () { replay.whole(); });
    document.addEventListener("click", function (event) {
      var link = event.target.closest("a[data-span]");
      if (link) { replay.load().then(function () { replay.visit(Number(link.dataset.span)); }); }
    });
  };

  /* Click or drag on the timeline. */
  Replay.prototype.pointing = function () {
    var replay = this, canvas = this.view.canvas, dragging = false;
    function point(event) {
      var box = canvas.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    }
    canvas.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) { return; }
      dragging = true;
      canvas.setPointerCapture(event.pointerId);
      replay.root.focus({ preventScroll: true });
      var at = point(event), index = replay.view.at(at.x, at.y);
      replay.clock.seek(replay.view.time(at.x));
      if (index >= 0) { replay.select(index); }
      event.preventDefault();
    });
    canvas.addEventListener("pointermove", function (event) {
      var at = point(event);
      if (dragging) { replay.clock.seek(replay.view.time(at.x)); return; }
      var span = replay.spans[replay.view.at(at.x, at.y)];
      canvas.title = span ? span.kind + " " + cab.visible(span.name) + ": " + cab.replay.duration(span.end - span.start) : "";
    });
    ["pointerup", "pointercancel"].forEach(function (name) {
      canvas.addEventListener(name, function () { dragging = false; });
    });
    canvas.addEventListener("dblclick", function (event) {
      var at = point(event), index = replay.view.at(at.x, at.y);
      if (index >= 0) { replay.select(index); replay.zoom(index); } else { replay.whole(); }
    });
  };

  Replay.prototype.zoom = function (index) {
    if (index < 0 || !this.view) { return; }
    this.view.zoom(index);
    this.find(".replay-whole").disabled = !this.view.zoomed();
  };

  Replay.prototype.whole = function () {
    if (!this.view) { return; }
    this.view.show(0, this.length);
    this.find(".replay-whole").disabled = true;
  };

  /* The clock has another time. */
  Replay.prototype.moved = function () {
    var t = this.clock.t, shown = cab.replay.duration(t), scrub = this.find(".replay-scrub");
    this.root.dataset.time = String(t);
    this.find(".replay-time output").textContent = shown;
    scrub.value = String(t);
    scrub.setAttribute("aria-valuetext", shown + " of " + cab.replay.duration(this.length));
    if (this.view) {
      this.view.follow(t);
      this.select(this.current(t));
    }
    if (this.terminal) { this.tellTerminal(t); }
  };

  Replay.prototype.tellTerminal = function (t) {
    var line = this.find(".replay-terminal-time"), length = cab.replay.duration(this.place.end - this.place.start);
    var at = t - this.place.start;
    line.textContent = at < 0 ? "The recording has not begun." :
      t > this.place.end + SAME ? "The recording has ended (" + length + ")." :
        "Recording at " + cab.replay.duration(at) + " of " + length + ".";
  };

  Replay.prototype.state = function () {
    var button = this.find(".replay-play"), playing = this.clock.playing;
    button.textContent = playing ? "Pause" : "Play";
    button.setAttribute("aria-pressed", String(playing));
    this.root.dataset.state = playing ? "playing" : "paused";
  };

  /* The span to look at: the chosen one while the time is in it, else the deepest, shortest one at this time. */
  Replay.prototype.current = function (t) {
    var chosen = this.spans[this.selected];
    if (chosen && this.chosen && chosen.start - SAME <= t && t <= chosen.end + SAME) { return this.selected; }
    this.chosen = false;
    var best = -1;
    for (var index = 0; index < this.spans.length; index++) {
      var span = this.spans[index];
      if (span.start > t + SAME) { break; }
      if (span.end >= t - SAME && (best < 0 || this.deeper(span, this.spans[best], t))) { best = index; }
    }
    return best;
  };

  Replay.prototype.deeper = function (span, other, t) {
    var begins = span.start >= t - SAME, otherBegins = other.start >= t - SAME;
    if (begins !== otherBegins) { return begins; }
    return span.lane !== other.lane ? span.lane > other.lane : span.end - span.start < other.end - other.start;
  };

  Replay.prototype.select = function (index) {
    if (this.view) { this.view.select(index); }
    if (index === this.selected) { return; }
    this.selected = index;
    this.find(".replay-zoom").disabled = index < 0;
    if (this.find(".replay-detail")) { cab.replay.showSpan(this, index); }
  };

  /* Go to a span and keep looking at it. */
  Replay.prototype.visit = function (index) {
    if (!this.spans[index]) { return; }
    this.select(index);
    this.chosen = true;
    this.clock.seek(this.spans[index].start);
  };

  /* To the next or the previous boundary of a span. */
  Replay.prototype.step = function (way) {
    var t = this.clock.t;
    var index = way > 0 ? after(this.bounds, t + SAME) : after(this.bounds, t - SAME) - 1;
    if (this.bounds[index] !== undefined) { this.chosen = false; this.clock.seek(this.bounds[index]); }
  };

  Replay.prototype.key = function (event) {
    if (event.key === "?" && event.target.closest(".replay-screen")) { event.stopPropagation(); return; }
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented || own(event.target, event.key)) { return; }
    var replay = this, clock = this.clock;
    var actions = {
      " ": function () { clock.toggle(); },
      ArrowLeft: function () { replay.step(-1); },
      ArrowRight: function () { replay.step(1); },
      ",": function () { clock.seek(clock.t - 100); },
      ".": function () { clock.seek(clock.t + 100); },
      Home: function () { clock.seek(0); },
      End: function () { clock.seek(clock.length); }
    };
    if (!Object.hasOwn(actions, event.key)) { return; }
    event.preventDefault();
    event.stopPropagation();
    this.load();
    if (this.view || event.key.indexOf("Arrow") !== 0) { actions[event.key](); } else { this.ready.then(actions[event.key]); }
  };

  /* Whether an element has its own use for a key. */
  function own(element, key) {
    if (element.closest("select, textarea, input:not([type=range]):not([type=checkbox]), [contenteditable]")) { return true; }
    if (element.closest("input[type=range]")) { return key.indexOf("Arrow") === 0 || key === "Home" || key === "End"; }
    if (element.closest(".replay-screen")) { return key === " " && Boolean(element.closest("button")); }
    if (key === " ") { return Boolean(element.closest("button, a, summary, input")); }
    return key.length > 1 && Boolean(element.closest("pre, .scroll, .replay-detail"));
  }

  function inView(element) {
    var box = element.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight;
  }

  var replays = Array.from(document.querySelectorAll(".replay"), function (root) {
    var replay = new Replay(root);
    root.replay = replay;
    replay.start();
    return replay;
  });

  /* Keys with nothing focused go to the first replay that can be seen; Home and End stay the page's own. */
  document.addEventListener("keydown", function (event) {
    if (event.target !== document.body && event.target !== document.documentElement) { return; }
    if (event.key === "Home" || event.key === "End") { return; }
    var seen = replays.find(function (replay) { return inView(replay.root); });
    if (seen) { seen.key(event); }
  });
})();
