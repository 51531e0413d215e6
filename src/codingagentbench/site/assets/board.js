/* Boards computed in the browser from the columns of leaderboard/data.js (made by site/ranking/compact.py), by the
   formulas of `stats`: Wilson's interval exactly; means, medians and rates exactly up to the data's rounding (1/10,000);
   the interval of PBS by the same hierarchical bootstrap with another random stream, so its ends differ a little. */
(function () {
  "use strict";
  var Z = 1.959963984540054;
  var DRAWS = 10000;
  var SEED = 20260101;
  var OUTCOMES = { s: "solved", c: "cheated", r: "refused", l: "limit", e: "agent_error", g: "gave_up", w: "wrong" };

  function at(column, index) { return typeof column === "number" ? column : column[index]; }

  /* Columns to groups: one pair on one task in one sweep each. */
  function decode(data) {
    var groups = [];
    var words = data.outcomes.split(" ");
    var valid = 0;
    for (var run = 0; run < data.runs.length; run += 4) {
      for (var n = 0; n < data.runs[run + 3]; n += 1) {
        var index = groups.length;
        var letters = words[index];
        var measured = letters.replace(/[0-9]/g, "").length;
        groups.push({
          pair: data.runs[run], sweep: data.runs[run + 1], kinds: data.runs[run + 2], task: data.task[index],
          index: index, letters: letters, valid: measured, missing: letters.length - measured,
          composites: data.composites.slice(valid, valid + measured), active: data.active.slice(valid, valid + measured)
        });
        valid += measured;
      }
    }
    return groups;
  }

  function isTwin(task) { return task.indexOf("twins/") === 0; }

  function takes(data, facets, group) {
    var pair = data.pairs[group.pair];
    var task = data.tasks[group.task];
    return (!facets.family || task[0].split("/")[0] === facets.family) &&
      (!facets.language || task[1] === facets.language) &&
      (!facets.sweep || data.sweeps[group.sweep] === facets.sweep) &&
      (!facets.tui || pair[0] === facets.tui) && (!facets.model || pair[1] === facets.model) &&
      (!facets.plugin || (facets.plugin === "none" ? !pair[2].length : pair[2].indexOf(facets.plugin) >= 0));
  }

  function reasonOut(data, facets, group) {
    if (data.pairs[group.pair][4] && !facets.references) { return "reference"; }
    if (group.kinds & 1 && !facets.provisional) { return "provisional"; }
    return group.kinds & 2 && !facets.unsandboxed ? "unsandboxed" : "";
  }

  function wilson(rate, trials) {
    if (!trials) { return [0, 1]; }
    var centre = rate + Z * Z / (2 * trials);
    var spread = Z * Math.sqrt(rate * (1 - rate) / trials + Z * Z / (4 * trials * trials));
    var scale = 1 + Z * Z / trials;
    return [Math.min(rate, Math.max(0, (centre - spread) / scale)), Math.max(rate, Math.min(1, (centre + spread) / scale))];
  }

  /* Mulberry32: a small seeded generator of numbers 0..1. */
  function random(seed) {
    return function () {
      seed = (seed + 0x6D2B79F5) | 0;
      var t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  }

  function percentile(sorted, share) {
    var place = (sorted.length - 1) * share;
    var below = Math.floor(place);
    var above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }

  /* Tasks are resampled, then the runs of each drawn task. */
  function bootstrap(tasks) {
    var rng = random(SEED);
    var means = new Float64Array(DRAWS);
    for (var draw = 0; draw < DRAWS; draw += 1) {
      var total = 0;
      for (var n = 0; n < tasks.length; n += 1) {
        var runs = tasks[Math.floor(rng() * tasks.length)];
        if (runs.length === 1) { total += runs[0]; continue; }
        var sum = 0;
        for (var k = 0; k < runs.length; k += 1) { sum += runs[Math.floor(rng() * runs.length)]; }
        total += sum / runs.length;
      }
      means[draw] = total / tasks.length;
    }
    means.sort();
    return [percentile(means, 0.025), percentile(means, 0.975)];
  }

  function mean(values) { return values.reduce(function (a, b) { return a + b; }, 0) / values.length; }

  function median(values) {
    var sorted = values.slice().sort(function (a, b) { return a - b; });
    return sorted.length ? percentile(sorted, 0.5) : null;
  }

  function byTask(groups) {
    var found = new Map();
    groups.forEach(function (group) {
      if (!found.has(group.task)) { found.set(group.task, []); }
      found.get(group.task).push(group);
    });
    return Array.from(found.values());
  }

  function count(groups, letters) {
    return groups.reduce(function (sum, group) {
      return sum + Array.from(group.letters).filter(function (letter) { return letters.indexOf(letter) >= 0; }).length;
    }, 0);
  }

  function headline(tasks) {
    var runs = [];
    var lost = [];
    var won = [];
    var known = true;
    tasks.forEach(function (groups) {
      var values = [];
      var missing = 0;
      groups.forEach(function (group) {
        group.composites.forEach(function (value) { known = known && value >= 0; values.push(value / 10000); });
        missing += group.missing;
      });
      if (values.length) { runs.push(values); }
      if (values.length + missing) {
        lost.push(mean(values.concat(Array(missing).fill(0))));
        won.push(mean(values.concat(Array(missing).fill(1))));
      }
    });
    if (!runs.length || !known) { return { value: null, why: runs.length ? "some composites are not measured" : "no valid cell" }; }
    var value = mean(runs.map(mean));
    var ends = bootstrap(runs);
    return { value: value, low: Math.min(ends[0], value), high: Math.max(ends[1], value), lost: mean(lost), won: mean(won) };
  }

  function spent(column, groups, scale, solved, valid) {
    var known = 0;
    var unknown = 0;
    groups.forEach(function (group) {
      known += at(column.sum, group.index);
      unknown += at(column.unknown, group.index);
    });
    if (!valid) { return { value: null, why: "no valid cell" }; }
    if (unknown) { return { value: null, why: unknown + " of " + valid + " cells left it unknown" }; }
    return solved ? { value: known / scale / solved } : { value: null, infinite: true, why: "nothing solved" };
  }

  function axisMean(column, tasks) {
    var means = [];
    var cells = 0;
    tasks.forEach(function (groups) {
      var sum = 0;
      var found = 0;
      groups.forEach(function (group) {
        sum += at(column.sum, group.index);
        found += at(column.cells, group.index);
      });
      if (found) { means.push(sum / found / 10000); cells += found; }
    });
    return { value: means.length ? mean(means) : null, cells: cells, why: "no cell has this axis" };
  }

  /* Runs of one pair on one task agree or not, in all sweeps together. */
  function stays(groups) {
    var found = new Map();
    groups.forEach(function (group) {
      var key = group.pair + " " + group.task;
      var now = found.get(key) || [0, 0];
      found.set(key, [now[0] + group.valid, now[1] + count([group], "s")]);
    });
    var repeated = Array.from(found.values()).filter(function (pair) { return pair[0] > 1; });
    if (!repeated.length) { return { value: null, why: "one run per task" }; }
    return {
      value: mean(repeated.map(function (pair) { return Number(pair[1] === 0 || pair[1] === pair[0]); })),
      cells: repeated.length
    };
  }

  function causes(data, groups) {
    var found = {};
    groups.forEach(function (group) {
      (group.letters.match(/[0-9]/g) || []).forEach(function (digit) {
        var cause = data.causes[Number(digit)];
        found[cause] = (found[cause] || 0) + 1;
      });
    });
    return found;
  }

  function cheating(twins) {
    var cells = twins.reduce(function (sum, group) { return sum + group.valid; }, 0);
    if (!cells) { return null; }
    var passed = count(twins, "sc");
    var tasks = byTask(twins.filter(function (group) { return group.valid; })).length;
    var ends = wilson(passed / cells, tasks);
    return { value: passed / cells, passed: passed, cells: cells, low: ends[0], high: ends[1] };
  }

  function row(data, by, pair, groups) {
    var ordinary = groups.filter(function (group) { return !isTwin(data.tasks[group.task][0]); });
    var tasks = byTask(ordinary);
    var valid = ordinary.reduce(function (sum, group) { return sum + group.valid; }, 0);
    var missing = ordinary.reduce(function (sum, group) { return sum + group.missing; }, 0);
    var solved = count(ordinary, "s");
    var measured = byTask(ordinary.filter(function (group) { return group.valid; })).length;
    var ends = valid ? wilson(solved / valid, measured) : null;
    var axes = {};
    Object.keys(data.axes).forEach(function (name) { axes[name] = axisMean(data.axes[name], tasks); });
    var active = median([].concat.apply([], ordinary.map(function (group) { return group.active; })));
    return {
      tui: by === "model" ? "" : pair[0], model: by === "tui" ? "" : pair[1], stack: pair[2], mode: pair[3],
      reference: groups.some(function (group) { return data.pairs[group.pair][4]; }), page: pair[5],
      valid: valid, missing: missing, causes: causes(data, ordinary), tasks: measured, solved: solved,
      pbs: headline(tasks),
      ships: valid ? { value: solved / valid, low: ends[0], high: ends[1] } : { value: null, why: "no valid cell" },
      shipsLost: valid ? solved / (valid + missing) : null, shipsWon: valid ? (solved + missing) / (valid + missing) : null,
      stays: stays(ordinary), axes: axes, active: active === null ? null : active * 10,
      tokens: spent(data.tokens, ordinary, 1, solved, valid), usd: spent(data.usd, ordinary, 1e6, solved, valid),
      refused: count(ordinary, "r"), cheated: count(ordinary, "c"), cheating: cheating(groups.filter(function (group) {
        return isTwin(data.tasks[group.task][0]);
      }))
    };
  }

  /* Rows from the best PBS down, unmeasured ones last, and how many cells were left out for which reason. */
  function compute(data, by, facets) {
    data.groups = data.groups || decode(data);
    var found = new Map();
    var leftOut = {};
    data.groups.forEach(function (group) {
      if (!takes(data, facets, group)) { return; }
      var reason = reasonOut(data, facets, group);
      if (reason) { leftOut[reason] = (leftOut[reason] || 0) + group.letters.length; return; }
      var pair = data.pairs[group.pair];
      var key = JSON.stringify([by === "model" ? "" : pair[0], by === "tui" ? "" : pair[1], pair[2], pair[3]]);
      if (!found.has(key)) { found.set(key, [pair, []]); }
      found.get(key)[1].push(group);
    });
    var rows = Array.from(found.values()).map(function (one) { return row(data, by, one[0], one[1]); });
    rows.sort(function (a, b) {
      return (b.pbs.value === null ? -1 : b.pbs.value) - (a.pbs.value === null ? -1 : a.pbs.value) ||
        (a.tui + a.model < b.tui + b.model ? -1 : 1);
    });
    rows.forEach(function (one) {
      one.rank = one.pbs.value === null ? null : 1 + rows.filter(function (other) { return other.pbs.value > one.pbs.value; }).length;
    });
    return { rows: rows, leftOut: leftOut };
  }

  window.cab.board = { compute: compute, wilson: wilson, bootstrap: bootstrap, outcomes: OUTCOMES };
})();
