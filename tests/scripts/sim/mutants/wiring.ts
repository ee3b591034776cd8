/** Mutants of `engine/engine.ts` and what its parts share: each room is told what it must know. */
import { mutantsOf } from "./mutant.ts";

const ENGINE = "engine.ts";
const HISTOGRAM_TESTS = "liveness/log_histogram_test.ts";

export const WIRING = [
  ...mutantsOf(ENGINE, "engine_quiet_test.ts", [
    {
      mistake: "a long silence opens no other connection",
      from: "    else if (refresh) this.#connections.replace(heardMs);\n",
      to: "",
    },
    {
      mistake: "the answer to an old probe counts",
      from: "if (event.probe !== this.#probe) return;",
      to: "",
    },
    {
      mistake: "liveness is not told which connection carries the feed on",
      from: 'if (loss === "carried") this.#liveness.switched();',
      to: "",
    },
    {
      mistake: "liveness is not told that the best price moves",
      from: "if (hasBestMoved) this.#liveness.bestMoved(atMs);",
      to: "",
    },
    {
      mistake: "a book that was refuted is shown",
      from: "if (resync !== null) this.#bookSync.refuted(resync, this.#nowMs);",
      to: "",
    },
    {
      mistake: "a connection under suspicion is kept",
      from: "if (replace !== null) this.#connections.suspect(heardMs);\n    else if",
      to: "if",
    },
    {
      mistake: "the ids and the clock of the exchange are not looked at for its quiet",
      from: "bookSync.live.quietMsBefore(event.update)",
      to: "0",
    },
  ]),
  ...mutantsOf(ENGINE, "engine_held_up_test.ts", [
    {
      mistake: "time in which nothing was listened to is silence at once",
      from: "return this.#listened.at(this.#nowMs);",
      to: "return this.#nowMs;",
    },
    {
      mistake: "a stream that is dead since the engine was held up is never asked for that time",
      from: "    this.#liveness.heldUp(heldUpMs, this.#heardMs);\n",
      to: "",
    },
    {
      mistake: "a row is live before anybody has heard of the time in which the engine was held up",
      from: 'feed.state === "live" && this.#liveness.isUnheard(this.#heardMs)',
      to: "false",
    },
    {
      mistake: "a row of before the engine was held up is judged by that",
      from: "    this.#sampler.closeIntervals(readMs, this.#step.outputs);\n",
      to: "",
    },
  ]),
  ...mutantsOf("liveness/liveness.ts", "engine_held_up_test.ts", [
    {
      mistake: "what waited is judged before it is read",
      from: "if (nowMs - this.#heldUpAtMs < READ_MAX_MS) return 0;",
      to: "",
    },
    {
      mistake: "a quiet stream is called stale before the probe that it lacked",
      from:
        "const silentMs = isAsking ? Math.min(wholeMs, Math.max(heardMs, maxMs / 2)) : wholeMs;",
      to: "const silentMs = wholeMs;",
    },
    {
      mistake: "each time that the engine is held up makes a row of nothing",
      from: "heldUpMs > 0 && silentMs >= this.#interarrivals.depth.silenceMaxMs",
      to: "heldUpMs > 0",
    },
    {
      mistake: "rows are not live again when the stream has spoken",
      from: "const heldUpMs = this.#heldUpInSilenceMs;",
      to: "const heldUpMs = this.#heldUpMs;",
    },
    {
      mistake: "a stream that has spoken since is judged by the time before",
      from: "return this.#heldUpInSilenceMs;",
      to: "return this.#heldUpMs;",
    },
  ]),
  ...mutantsOf("book_sync.ts", "engine_held_up_test.ts", [
    {
      mistake: "an update ahead of the book waits no longer than a clock says",
      from: "this.sync.expire(heardMs)",
      to: "this.sync.expire(nowMs)",
    },
  ]),
  ...mutantsOf(ENGINE, "engine_after_hold_up_test.ts", [
    {
      mistake: "a connection that ends is judged by a clock",
      from: "this.#connections.closed(connection, this.#heardMs)",
      to: "this.#connections.closed(connection, nowMs)",
    },
    {
      mistake: "a best price has moved at what a clock says",
      from: "this.#liveness.bestMoved(atMs)",
      to: "this.#liveness.bestMoved(nowMs)",
    },
  ]),
  ...mutantsOf("book_sync.ts", "engine_after_hold_up_test.ts", [
    {
      mistake: "the first update is late by a clock",
      from: "heardMs - openedMs >= FIRST_UPDATE_WAIT_MS",
      to: "nowMs - openedMs >= FIRST_UPDATE_WAIT_MS",
    },
  ]),
  ...mutantsOf(ENGINE, "engine_test.ts", [
    {
      mistake: "a row has the event that came after its end",
      from:
        "    this.#sampler.closeIntervals(nowMs, this.#step.outputs);\n    this.#handle(event, nowMs);",
      to:
        "    this.#handle(event, nowMs);\n    this.#sampler.closeIntervals(nowMs, this.#step.outputs);",
    },
    {
      mistake: "rules run before the store has told what fires",
      from: "options.awaitRestore ? nowMs + RESTORE_WAIT_MS : null",
      to: "null",
    },
    {
      mistake: "the memory of the last life is not recalled",
      from: "if (options.alertMemory !== null) this.#alerts.recall(options.alertMemory, nowMs);",
      to: "",
    },
    {
      mistake: "alerts are evaluated at each event",
      from: "    this.#handle(event, nowMs);\n    return this.#accepted(nowMs);",
      to:
        '    this.#handle(event, nowMs);\n    if (event.type !== "tick") this.#tick(nowMs);\n    return this.#accepted(nowMs);',
    },
  ]),
  ...mutantsOf(ENGINE, "engine_counts_anew_test.ts", [
    {
      mistake: "a book that begins is not right before a probe says so",
      from: "if (this.#feed.snapshots > snapshots) this.#liveness.confirm(this.#heardMs);",
      to: "",
    },
  ]),
  ...mutantsOf(ENGINE, "symbol_info_test.ts", [
    {
      mistake: "liveness is not told of updates that follow",
      from: "if (isApplied) this.#liveness.followed(atMs);",
      to: "",
    },
  ]),
  ...mutantsOf(ENGINE, "engine_trouble_test.ts", [
    {
      mistake: "the exchange is asked about a book that is not there",
      from: "    if (best === null) return;\n",
      to: "",
    },
  ]),
  ...mutantsOf(ENGINE, "engine_lag_test.ts", [
    {
      mistake: "numbers of a book that is not live are shown",
      from: 'view.values = view.state === "live" ? live.values(nowMs) : null;',
      to: "view.values = live.values(nowMs);",
    },
    {
      mistake: "an id is told of a book that is not shown",
      from: "view.bookUpdateId = view.values === null ? null : sync.bookUpdateId",
      to: "view.bookUpdateId = sync.bookUpdateId",
    },
  ]),
  ...mutantsOf(ENGINE, "engine_connection_test.ts", [
    {
      mistake: "frames show what has not been told of",
      from: "    this.#announce(nowMs);\n    this.#bookSync.live.metrics.tick(nowMs);",
      to: "    this.#bookSync.live.metrics.tick(nowMs);",
    },
  ]),
  ...mutantsOf("book/depth_bands.ts", "metrics/metrics_test.ts", [
    {
      mistake: "the wide band is half as wide",
      from: "[10, 50, 100] as const",
      to: "[10, 50, 50] as const",
    },
  ]),
  ...mutantsOf("book/depth_bands.ts", "book/depth_bands_test.ts", [
    {
      mistake: "a level at the edge is outside its band",
      from: "while (!(key >= (bounds[ring] ?? 0))) ring += 1;",
      to: "while (!(key > (bounds[ring] ?? 0))) ring += 1;",
    },
    {
      mistake: "what leaves a band as mid moves is in no other",
      from: "this.#add(i + 1, isWider ? -1 : 1);",
      to: "",
    },
    {
      mistake: "what leaves a band as mid moves comes into it",
      from: "this.#add(i, isWider ? 1 : -1);",
      to: "this.#add(i, 1);",
    },
    {
      mistake: "a change of a level adds its quantity again",
      from: "this.#sums[ring] = raised - before;",
      to: "this.#sums[ring] = raised;",
    },
    {
      mistake: "sums that were too large for whole numbers are carried on",
      from: "if (!this.#isExact || Number.isNaN(this.#origin)) {",
      to: "if (Number.isNaN(this.#origin)) {",
    },
    {
      mistake: "a sum that is too large is not noticed",
      from: "if (raised > EXACT_MAX || Math.abs(moment) > EXACT_MAX) this.#isExact = false;",
      to: "",
    },
    {
      mistake: "what a level that changes is worth is that of the band's edge",
      from: "(after - before) * (key - this.#origin)",
      to: "(after - before)",
    },
  ]),
  ...mutantsOf("book/decay.ts", "metrics/metrics_test.ts", [
    {
      mistake: "weights come in steps",
      from: "return (TABLE[step] ?? 0) * series;",
      to: "return series > 0 ? TABLE[step] ?? 0 : 0;",
    },
  ]),
  ...mutantsOf("liveness/log_histogram.ts", HISTOGRAM_TESTS, [
    {
      mistake: "a percentile is the lower edge of its class",
      from: "if (place >= CLASSES) return Math.exp((place - CLASSES) / CLASSES_PER_E);",
      to: "if (place >= CLASSES) return Math.exp((place - CLASSES - 1) / CLASSES_PER_E);",
    },
    {
      mistake: "a percentile is that of the first part",
      from: "for (const part of parts) above -= part.#counts[place] ?? 0;",
      to: "for (const part of parts.slice(0, 1)) above -= part.#counts[place] ?? 0;",
    },
    {
      mistake: "halving loses the count",
      from: "      this.#count += half;\n",
      to: "",
    },
    {
      mistake: "a large number falls out",
      from: "Math.min(CLASSES - 1, Math.ceil(CLASSES_PER_E * Math.log(size)))",
      to: "Math.ceil(CLASSES_PER_E * Math.log(size))",
    },
  ]),
  ...mutantsOf("book/far_levels.ts", "book/far_levels_test.ts", [
    {
      mistake: "a span of far levels that are looked up holds its end",
      from: "key < to; key++",
      to: "key <= to; key++",
    },
    {
      mistake: "a far level above the best does not draw the window up",
      from: "if (after > 0 && !(key < bestKey)) this.raise(key);",
      to: "",
    },
  ]),
  ...mutantsOf("book/side_levels.ts", "book/order_book_test.ts", [
    {
      mistake: "a message's far levels are more than may be kept",
      from: "      if (far.size > FAR_LEVELS_MAX) this.#dropFar();\n      if (near",
      to: "      if (near",
    },
    {
      mistake: "a message is read anew at each of its levels",
      from: "      if (near === i || near === end) return near;\n",
      to:
        "      if (near === i || near === end) return near;\n      window.readAhead(ticks, near, end, sign);\n",
    },
  ]),
  ...mutantsOf("book/book_side.ts", "book/order_book_test.ts", [
    {
      mistake: "a level whose quantity has changed is the one before",
      from: "old[0] === price && old[1] === qty ? old",
      to: "old[0] === price ? old",
    },
    {
      mistake: "a level of the same quantity is the one before",
      from: "old[0] === price && old[1] === qty ? old",
      to: "old[1] === qty ? old",
    },
    {
      mistake: "levels are made anew though they have not changed",
      from: "old !== undefined && old[0] === price && old[1] === qty ? old : [price, qty]",
      to: "[price, qty]",
    },
    {
      mistake: "asks are looked for among those before as bids are",
      from: "this.sign * old[0] > this.sign * price",
      to: "old[0] > price",
    },
    {
      mistake: "a level that is gone hides those behind it",
      from: "        next += 1;\n        old = before[next];\n",
      to: "        old = undefined;\n",
    },
  ]),
  ...mutantsOf("step_output.ts", "step_output_test.ts", [
    {
      mistake: "what a step has led to is emptied for the next",
      from: "const copy = list.slice();",
      to: "const copy = list;",
    },
    {
      mistake: "what a step has led to is told again in the next",
      from: "  while (list.length > 0) list.pop();\n",
      to: "",
    },
    {
      mistake: "a book that has changed has in each step that follows",
      from: "    this.hasBookChanged = false;\n",
      to: "",
    },
  ]),
  ...mutantsOf("../engine_driver.ts", "../engine_driver_test.ts", [
    {
      mistake: "an update that waits is the next one that was read",
      from: 'if (event.type === "depth_update") return { ...event, update: keep(event.update) };',
      to: "",
    },
    {
      mistake: "an update that waits has the levels of the next one",
      from: "update: keep(event.update)",
      to: "update: { ...event.update }",
    },
    {
      mistake: "a ticker that waits is the next one that was read",
      from: 'if (event.type === "book_ticker") return { ...event, ticker: { ...event.ticker } };',
      to: "",
    },
    {
      mistake: "a ticker that waits tells what the next one does",
      from: "ticker: { ...event.ticker }",
      to: "ticker: event.ticker",
    },
    {
      mistake: "a trade that waits is the next one that was read",
      from: 'if (event.type === "trade") return { ...event, trade: { ...event.trade } };',
      to: "",
    },
    {
      mistake: "a trade that waits is of the size of the next one",
      from: "trade: { ...event.trade }",
      to: "trade: event.trade",
    },
    {
      mistake: "what comes while a step is carried out is taken in at once",
      from: "    this.#isCarryingOut = true;\n",
      to: "",
    },
  ]),
];
