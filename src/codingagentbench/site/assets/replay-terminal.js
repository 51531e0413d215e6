/* A terminal without a clock of its own: the player is driven by the replay's clock, and drives it in turn. */
(function () {
  "use strict";
  var NEAR = 1e-6;

  /* `place` is where on the clock (ms) the recording's second 0 and its last event lie. */
  function Terminal(data, clock, place) {
    this.header = data.cast[0];
    this.events = data.cast.slice(1);
    this.clock = clock;
    this.start = place.start;
    this.length = Math.max((place.end - place.start) / 1000, 0);
    this.next = 0;
    this.fed = -1;
    this.dispatch = null;
    this.shown = false;
  }

  /* Times in ms on the clock at which something is printed. */
  Terminal.prototype.times = function () {
    var start = this.start;
    return this.events.map(function (event) { return start + event[0] * 1000; });
  };

  Terminal.prototype.seconds = function () { return (this.clock.t - this.start) / 1000; };

  Terminal.prototype.mount = function (element) {
    var terminal = this;
    var box = document.createElement("div");
    element.appendChild(box);
    this.player = AsciinemaPlayer.create(function (core) { return terminal.driver(core.dispatch); }, box, {
      cols: this.header.width, rows: this.header.height, fit: "width", controls: true,
      terminalFontFamily: "ui-monospace, 'SF Mono', 'DejaVu Sans Mono', monospace"
    });
    this.clock.on("time", function () { terminal.follow(); });
    this.clock.on("play", function () { terminal.tell("play"); terminal.tell("playing"); });
    this.clock.on("pause", function () { terminal.tell("pause"); });
    this.clock.on("seek", function () { terminal.tell("seeked"); });
  };

  Terminal.prototype.tell = function (name) {
    if (this.dispatch) { this.dispatch(name); }
  };

  /* What the player asks of a recording, answered from the clock. */
  Terminal.prototype.driver = function (dispatch) {
    var terminal = this, clock = this.clock;
    return {
      init: function () {
        terminal.dispatch = dispatch;
        terminal.reset();
        var marks = terminal.events.filter(function (event) { return event[1] === "m"; });
        dispatch("metadata", {
          duration: terminal.length,
          markers: marks.map(function (event) { return [event[0], cab.visible(event[2])]; })
        });
        if (clock.playing) { terminal.tell("play"); terminal.tell("playing"); }
        terminal.follow();
      },
      play: function () {
        if (terminal.seconds() >= terminal.length) { clock.seek(terminal.start); }
        clock.play();
        return true;
      },
      pause: function () { clock.pause(); return true; },
      seek: function (where) { return terminal.seek(where); },
      step: function (count) { clock.seek(clock.t + (count || 1) * 100); },
      stop: function () { terminal.dispatch = null; },
      getCurrentTime: function () { return Math.min(Math.max(terminal.seconds(), 0), terminal.length); },
      getDuration: function () { return terminal.length; }
    };
  };

  Terminal.prototype.seek = function (where) {
    var at = this.target(where);
    if (!Number.isFinite(at)) { return false; }
    this.clock.seek(this.start + Math.min(Math.max(at, 0), this.length) * 1000);
    return true;
  };

  /* Seconds for the player's ways of naming a place. */
  Terminal.prototype.target = function (where) {
    var now = this.seconds();
    var steps = { "<<": -5, ">>": 5, "<<<": -0.1 * this.length, ">>>": 0.1 * this.length };
    if (typeof where === "number") { return where; }
    if (typeof where === "string") {
      return where in steps ? now + steps[where] : parseFloat(where) / 100 * this.length;
    }
    var marks = this.events.filter(function (event) { return event[1] === "m"; }).map(function (event) { return event[0]; });
    if (where && where.marker === "next") {
      var next = marks.find(function (at) { return at > now + NEAR; });
      return next === undefined ? this.length : next;
    }
    if (where && where.marker === "prev") {
      return marks.filter(function (at) { return at < now - NEAR; }).pop() || 0;
    }
    return where ? marks[where.marker] : NaN;
  };

  Terminal.prototype.reset = function () {
    this.dispatch("output", "\x1bc");
    this.dispatch("reset", { size: { cols: this.header.width, rows: this.header.height }, theme: null });
    this.next = 0;
  };

  /* Show what had been printed by the clock's time; going back prints it all anew. */
  Terminal.prototype.follow = function () {
    if (!this.dispatch) { return; }
    var now = this.seconds();
    if (!this.shown && this.clock.t > 0) {
      this.shown = true;
      this.tell("play");
      if (!this.clock.playing) { this.tell("pause"); }
    }
    if (now < this.fed && this.next > 0) { this.reset(); }
    this.fed = now;
    var text = [];
    while (this.next < this.events.length && this.events[this.next][0] <= now + NEAR) {
      this.take(this.events[this.next], text);
      this.next += 1;
    }
    this.print(text);
  };

  Terminal.prototype.take = function (event, text) {
    if (event[1] === "o") { text.push(event[2]); }
    if (event[1] === "r") {
      this.print(text.splice(0));
      var size = event[2].split("x").map(Number);
      this.dispatch("resize", { cols: size[0], rows: size[1] });
    }
  };

  Terminal.prototype.print = function (text) {
    if (text.length) { this.dispatch("output", text.join("")); }
  };

  cab.replay.Terminal = Terminal;
})();
