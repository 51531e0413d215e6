/* What the replay tells about the span that is looked at. All of it is untrusted text. */
(function () {
  "use strict";
  var SHORT = 160;
  var ARGUMENTS = "gen_ai.tool.call.arguments", RESULT = "gen_ai.tool.call.result";
  var WORDS = {
    "gen_ai.usage.input_tokens": "Tokens in", "gen_ai.usage.output_tokens": "Tokens out", "ttft_ms": "To first token",
    "gen_ai.response.finish_reasons": "Finish", "gen_ai.request.model": "Model", "gen_ai.response.model": "Model as echoed",
    "http.response.status_code": "HTTP status", "gen_ai.tool.name": "Tool",
    "gen_ai.operation.name": "Operation", "gen_ai.tool.call.id": "Tool call", "answered": "Answered",
    "exit_code": "Exit code", "timeout_s": "Time limit, s", "limit": "Limit reached", "model": "Model",
    "request_hash": "Request hash"
  };

  function element(name, text, kind) {
    var made = document.createElement(name);
    if (text !== undefined) { made.textContent = cab.visible(text); }
    if (kind) { made.className = kind; }
    return made;
  }

  function fact(list, name, value) {
    list.appendChild(element("dt", name));
    var entry = element("dd");
    entry.appendChild(value instanceof Node ? value : document.createTextNode(cab.visible(value)));
    list.appendChild(entry);
  }

  function pretty(value) {
    if (typeof value !== "string") { return String(value); }
    try {
      var data = JSON.parse(value);
      return data !== null && typeof data === "object" ? JSON.stringify(data, null, 2) : value;
    } catch (error) { return value; }
  }

  function words(name, value) {
    if (value === null) { return "none"; }
    if (typeof value === "boolean") { return value ? "yes" : "no"; }
    if (/_ms$/.test(name) && typeof value === "number") { return cab.replay.duration(value); }
    if (name === "gen_ai.response.finish_reasons") {
      try { return JSON.parse(value).join(", ") || "none"; } catch (error) { return value; }
    }
    return String(value);
  }

  function block(panel, title, text) {
    panel.appendChild(element("h4", title));
    var box = element("pre", text);
    box.tabIndex = 0;
    box.setAttribute("aria-label", title);
    panel.appendChild(box);
  }

  function heading(panel, replay, span) {
    var title = element("h3");
    var swatch = replay.root.querySelector('.replay-legend rect[data-kind="' + span.kind + '"]');
    if (swatch) { title.appendChild(swatch.ownerSVGElement.cloneNode(true)); }
    title.appendChild(document.createTextNode(" " + span.kind));
    panel.appendChild(title);
    panel.appendChild(element("p", span.name));
    if (span.error) { panel.appendChild(element("p", "Error: " + span.error, "replay-error")); }
    span.notes.forEach(function (note) { panel.appendChild(element("p", "As recorded, " + note + ".", "replay-error")); });
  }

  function parent(replay, span) {
    var button = element("button", replay.spans[span.parent].kind);
    button.type = "button";
    button.addEventListener("click", function () {
      replay.visit(span.parent);
      replay.root.focus({ preventScroll: true });
    });
    return button;
  }

  function facts(panel, replay, span) {
    var list = element("dl", undefined, "facts");
    var call = span.attrs.find(function (pair) { return pair[0] === "call"; });
    if (span.kind === "model_call" && call && Number.isInteger(call[1]) && document.getElementById("call-" + call[1])) {
      var link = element("a", "call " + call[1] + " in the table");
      link.href = "#call-" + call[1];
      fact(list, "Model call", link);
    }
    fact(list, "Start", cab.replay.duration(span.start));
    fact(list, span.kind === "model_call" ? "Latency" : "Duration", cab.replay.duration(span.end - span.start));
    if (span.parent !== null) { fact(list, "Parent", parent(replay, span)); }
    span.attrs.forEach(function (pair) {
      if (pair[0] === ARGUMENTS || pair[0] === RESULT || (call && pair === call)) { return; }
      if (typeof pair[1] === "string" && pair[1].length > SHORT) { return; }
      fact(list, Object.hasOwn(WORDS, pair[0]) ? WORDS[pair[0]] : pair[0], words(pair[0], pair[1]));
    });
    fact(list, "Span", element("code", span.id));
    panel.appendChild(list);
  }

  function long(panel, span) {
    span.attrs.forEach(function (pair) {
      if (pair[0] === ARGUMENTS) { block(panel, "Arguments", pretty(pair[1])); }
      else if (pair[0] === RESULT) { block(panel, "Result", pair[1] === null ? "none seen" : pretty(pair[1])); }
      else if (typeof pair[1] === "string" && pair[1].length > SHORT) { block(panel, pair[0], pretty(pair[1])); }
    });
  }

  cab.replay.showSpan = function (replay, index) {
    var panel = replay.root.querySelector(".replay-detail"), span = replay.spans[index];
    panel.replaceChildren();
    panel.scrollTop = 0;
    if (!span) { panel.appendChild(element("p", "No span at this time.", "absent")); return; }
    heading(panel, replay, span);
    facts(panel, replay, span);
    long(panel, span);
  };
})();
