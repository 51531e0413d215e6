/* The timeline of a replay on a canvas: only what is visible is drawn, so a trace may have ten thousand spans. */
(function () {
  "use strict";
  var LANE = 20, TOP = 22, LEAST = 2, HEIGHT = 17;
  var FONT = "11px system-ui, 'DejaVu Sans', sans-serif";

  function duration(ms) {
    if (ms < 1000) { return (ms > 0 && ms < 10 ? ms.toFixed(1) : ms.toFixed(0)) + "\u202fms"; }
    var seconds = ms / 1000;
    if (seconds < 600) { return seconds.toFixed(2) + "\u202fs"; }
    return Math.floor(seconds / 60) + "\u202fmin " + Math.floor(seconds % 60) + "\u202fs";
  }

  function tickStep(length, most) {
    var rough = length / most;
    var power = Math.pow(10, Math.floor(Math.log10(rough)));
    return [1, 2, 5, 10].map(function (f) { return f * power; }).find(function (s) { return s >= rough; });
  }

  /* Colours by kind, as the style sheet has them in this theme. */
  function palette(root) {
    var found = {};
    root.querySelectorAll(".replay-legend rect").forEach(function (rect) {
      found[rect.dataset.kind] = getComputedStyle(rect).fill;
    });
    var style = getComputedStyle(root);
    ["--page", "--text", "--soft", "--line", "--bad", "--focus"].forEach(function (name) {
      found[name] = style.getPropertyValue(name).trim();
    });
    return found;
  }

  function View(root, trace, length) {
    this.root = root;
    this.spans = trace.spans;
    this.length = length;
    this.from = 0;
    this.to = Math.max(length, 0.001);
    this.selected = -1;
    this.canvas = root.querySelector(".replay-canvas");
    this.head = root.querySelector(".replay-head");
    this.height = TOP + Math.max(trace.lanes, 1) * LANE + 4;
    this.lanes = trace.lanes;
    this.t = 0;
    this.waiting = false;
    this.width = 0;
    this.colours = palette(root);
    var view = this;
    new ResizeObserver(function () { view.draw(); }).observe(this.canvas.parentElement);
    new MutationObserver(function () { view.recolour(); })
      .observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", function () { view.recolour(); });
  }

  View.prototype.recolour = function () {
    this.colours = palette(this.root);
    this.draw();
  };

  View.prototype.x = function (t) { return (t - this.from) / (this.to - this.from) * this.width; };

  View.prototype.time = function (x) {
    var t = this.from + x / this.width * (this.to - this.from);
    return Math.min(Math.max(t, 0), this.length);
  };

  /* Drawn once a frame, however often it is asked for. */
  View.prototype.draw = function () {
    if (this.waiting) { return; }
    this.waiting = true;
    var view = this;
    requestAnimationFrame(function () { view.waiting = false; view.paint(); });
  };

  View.prototype.paint = function () {
    var canvas = this.canvas, ratio = window.devicePixelRatio || 1;
    this.width = canvas.parentElement.clientWidth;
    if (!this.width) { return; }
    canvas.width = Math.round(this.width * ratio);
    canvas.height = Math.round(this.height * ratio);
    canvas.style.height = this.height + "px";
    var pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.font = FONT;
    this.paintTicks(pen);
    this.paintSpans(pen);
    this.place();
  };

  View.prototype.paintTicks = function (pen) {
    var length = this.to - this.from;
    if (!(length > 0)) { return; }
    var step = tickStep(length, Math.max(2, Math.floor(this.width / 110)));
    pen.strokeStyle = this.colours["--line"];
    pen.fillStyle = this.colours["--soft"];
    for (var n = Math.ceil(this.from / step); n * step <= this.to; n++) {
      var x = Math.round(this.x(n * step)) + 0.5;
      pen.beginPath();
      pen.moveTo(x, 16);
      pen.lineTo(x, this.height);
      pen.stroke();
      var text = n === 0 ? "0" : duration(n * step);
      pen.fillText(text, Math.min(x + 3, this.width - pen.measureText(text).width - 2), 13);
    }
  };

  /* Spans that would lie on the pixel of the one before, in the same lane, are not drawn again. */
  View.prototype.paintSpans = function (pen) {
    var last = new Float64Array(this.lanes + 1).fill(-9);
    for (var index = 0; index < this.spans.length; index++) {
      var span = this.spans[index];
      if (span.end < this.from || span.start > this.to) { continue; }
      var left = Math.max(this.x(span.start), -2), right = Math.min(this.x(span.end), this.width + 2);
      left = Math.min(left, this.width - LEAST);
      if (right - left < LEAST && left - last[span.lane] < 1 && index !== this.selected) { continue; }
      last[span.lane] = left;
      this.paintSpan(pen, span, left, Math.max(right - left, LEAST), index === this.selected);
    }
  };

  View.prototype.paintSpan = function (pen, span, left, width, selected) {
    var y = TOP + span.lane * LANE;
    pen.fillStyle = this.colours[span.kind];
    pen.fillRect(left, y, width > 3 ? width - 0.6 : width, HEIGHT);
    if (span.error) {
      pen.strokeStyle = this.colours["--bad"];
      pen.lineWidth = 2.5;
      pen.strokeRect(left, y + 0.5, width, HEIGHT - 1);
    }
    if (selected) {
      pen.strokeStyle = this.colours["--focus"];
      pen.lineWidth = 2.5;
      pen.strokeRect(left - 1, y - 0.5, width + 2, HEIGHT + 1);
    }
    pen.lineWidth = 1;
    var begin = Math.max(left, 0) + 4, room = Math.min(left + width, this.width) - begin - 4;
    if (room > 24) { this.paintLabel(pen, span, begin, y + 12.5, room); }
  };

  View.prototype.paintLabel = function (pen, span, x, y, room) {
    var text = cab.visible(span.name.slice(0, 160));
    if (pen.measureText(text).width > room) {
      text = text.slice(0, Math.max(1, Math.floor(room / 6.2))) + "…";
      while (text.length > 2 && pen.measureText(text).width > room) { text = text.slice(0, -2) + "…"; }
    }
    pen.fillStyle = this.colours["--page"];
    pen.fillText(text, x, y);
  };

  View.prototype.place = function () {
    var x = this.x(this.t);
    this.head.hidden = !(x >= -1 && x <= this.width + 1);
    this.head.style.transform = "translateX(" + Math.min(Math.max(x, 0), this.width) + "px)";
  };

  /* Put the head to a time; while zoomed the picture follows it. */
  View.prototype.follow = function (t) {
    this.t = t;
    if (t < this.from || t > this.to) {
      var length = this.to - this.from;
      var from = Math.min(Math.max(t - length * 0.1, 0), this.length - length);
      this.show(from, from + length);
    } else { this.place(); }
  };

  View.prototype.show = function (from, to) {
    var least = Math.max(this.length * 1e-7, 0.001);
    if (to - from < least) { from -= least / 2; to = from + least; }
    this.from = Math.max(from, 0);
    this.to = Math.min(Math.max(to, this.from + least), Math.max(this.length, least));
    this.draw();
  };

  View.prototype.zoom = function (index) {
    var span = this.spans[index];
    var room = Math.max((span.end - span.start) * 0.02, this.length * 1e-6);
    this.show(span.start - room, span.end + room);
  };

  View.prototype.zoomed = function () { return this.from > 0 || this.to < this.length; };

  View.prototype.select = function (index) {
    if (index === this.selected) { return; }
    this.selected = index;
    this.draw();
  };

  /* The span under a point of the canvas, the nearest within a few pixels, -1 for none. */
  View.prototype.at = function (x, y) {
    var lane = Math.floor((y - TOP) / LANE), best = -1, nearest = 4;
    for (var index = 0; index < this.spans.length; index++) {
      var span = this.spans[index];
      if (span.lane !== lane || span.end < this.from || span.start > this.to) { continue; }
      var left = this.x(span.start), right = Math.max(this.x(span.end), left + LEAST);
      var away = x < left ? left - x : x > right ? x - right : 0;
      if (away < nearest || (away === 0 && nearest === 0)) { best = index; nearest = away; }
    }
    return best;
  };

  cab.replay = { View: View, duration: duration };
})();
