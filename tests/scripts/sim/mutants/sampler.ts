/** Mutants of `engine/metrics/sampler.ts`: a mistake for each of its outputs and their cadences. */
import { mutantsOf } from "./mutant.ts";

const FILE = "metrics/sampler.ts";
const BOOK_FILE = "metrics/book_sampler.ts";

export const SAMPLER = [
  ...mutantsOf(FILE, "metrics/sampler_test.ts", [
    {
      mistake: "a row is of the end of the next interval",
      from: "Math.floor(utcMs / this.#intervalMs) * this.#intervalMs",
      to: "Math.ceil(utcMs / this.#intervalMs) * this.#intervalMs",
    },
    {
      mistake: "rows are counted in the engine's time",
      from: "const utcMs = this.#utc.utcMs(nowMs);",
      to: "const utcMs = nowMs;",
    },
    {
      mistake: "a row is written again after the clock was set back a little",
      from: "this.#closedMs = Math.max(closedMs, endMs);",
      to: "this.#closedMs = endMs;",
    },
    {
      mistake: "a clock that was set back stops the rows",
      from: "this.#closedMs = endMs;\n",
      to: "return;\n",
    },
    {
      mistake: "an absence of a day is a day of rows",
      from: "Math.max(closedMs, endMs - MISSED_INTERVALS_MAX * this.#intervalMs)",
      to: "closedMs",
    },
    {
      mistake: "one row is left out of several that are due",
      from: "let timeMs = fromMs + this.#intervalMs; timeMs <= endMs",
      to: "let timeMs = fromMs + this.#intervalMs; timeMs < endMs",
    },
    {
      mistake: "an interval that nobody watched has the numbers of now",
      from: "wasWatched ? this.#watched.view(nowMs) : NOT_WATCHED",
      to: "this.#watched.view(nowMs)",
    },
    {
      mistake: "a moment of work is an absence",
      from: "timeMs - this.#watchedMs <= WATCH_GAP_MAX_MS",
      to: "timeMs - this.#watchedMs <= 0",
    },
    {
      mistake: "nobody ever watches",
      from: "    this.#watchedMs = utcMs;\n",
      to: "",
    },
    {
      mistake: "trouble marks each row that follows",
      from: 'this.#trouble = atEnd.state === "live" ? null : atEnd.state;',
      to: "",
    },
    {
      mistake: "an interval that began in trouble is live",
      from: 'this.#trouble = atEnd.state === "live" ? null : atEnd.state;',
      to: "this.#trouble = null;",
    },
    {
      mistake: "a row in trouble has numbers",
      from: "{ ...NOT_WATCHED, state: trouble }",
      to: "{ ...atEnd, state: trouble }",
    },
    {
      mistake: "a row that is over in trouble has the first trouble of its interval",
      from: 'if (state !== "live") this.#trouble = state;',
      to: 'if (state !== "live") this.#trouble ??= state;',
    },
    {
      mistake: "a row is a live frame",
      from: "out.push(this.#frame(timeMs, this.#intervalMs, view));",
      to: "out.push(this.#frame(timeMs, null, view));",
    },
    {
      mistake: "a frame leaves on each tick",
      from: "      this.#changed = false;\n",
      to: "",
    },
    {
      mistake: "a frame shares its values with the next one",
      from: "    if (view.values !== null) live.metrics.keep();\n",
      to: "",
    },
    {
      mistake: "a change is not one of the book",
      from: "    this.#book.touch();\n",
      to: "",
    },
    {
      mistake: "levels are shown of a book that is not live",
      from: "if (view.values !== null && view.bookUpdateId !== null) {",
      to: "if (view.values !== null || view.bookUpdateId === null) {",
    },
    {
      mistake: "trades are of the time since the first tick",
      from: "    this.#tickMs = timeMs;\n",
      to: "",
    },
    {
      mistake: "trades of a book that is not live are said to be of a live one",
      from: "const { state } = view;",
      to: 'const state = "live";',
    },
    {
      mistake: "trades wait for a book that is live",
      from: "const trades = this.#watched.tradeSums.take();",
      to: "const trades = view.values === null ? null : this.#watched.tradeSums.take();",
    },
  ]),
  ...mutantsOf(BOOK_FILE, "metrics/sampler_test.ts", [
    {
      mistake: "the same levels leave again and again",
      from: "    this.#hasChanged = false;\n",
      to: "",
    },
    {
      mistake: "levels leave on each tick",
      from: "    this.#lookedMs = timeMs;\n",
      to: "",
    },
    {
      mistake: "every frame of levels is stored",
      from: "    this.#storedSecond = second;\n",
      to: "",
    },
    {
      mistake: "no frame of levels is stored but the first",
      from: "second !== this.#storedSecond",
      to: "this.#storedSecond === 0",
    },
    {
      mistake: "levels wait for the old time to return",
      from: "nowMs >= sinceMs + intervalMs || nowMs < sinceMs",
      to: "nowMs >= sinceMs + intervalMs",
    },
    {
      mistake: "the whole book is shown",
      from: "side.top(count, before)",
      to: "side.top(Infinity, before)",
    },
    {
      mistake: "asks are cut at the edge of bids",
      from: "!band.reaches(side.sign, levels[known - 1]?.[0] ?? NaN)",
      to: "!band.includes(levels[known - 1]?.[0] ?? NaN)",
    },
    {
      mistake: "a best price beyond the edge is not shown",
      from: "while (known > 1 && ",
      to: "while (known > 0 && ",
    },
  ]),
  ...mutantsOf(BOOK_FILE, "metrics/book_sampler_test.ts", [
    {
      mistake: "a stored second is a second after the last",
      from: "Math.floor(timeMs / SECOND_MS)",
      to: "Math.floor((timeMs - this.#lookedMs) / SECOND_MS)",
    },
    {
      mistake: "each look is stored as a book",
      from: "if (forStore) this.#second(timeMs, bookUpdateId, out);",
      to: "this.#second(timeMs, bookUpdateId, out);",
    },
    {
      mistake: "who looks makes stored books longer",
      from: "Math.min(levels.length, BOOK_FRAME_LEVELS)",
      to: "levels.length",
    },
    {
      mistake: "a stored book has a level too few",
      from: "Math.min(levels.length, BOOK_FRAME_LEVELS)",
      to: "Math.min(levels.length, BOOK_FRAME_LEVELS - 1)",
    },
    {
      mistake: "a level is stored where the store has no number for it",
      from: "  while (best - (keys[count - 1] ?? NaN) > STEP_MAX) count -= 1;\n",
      to: "",
    },
    {
      mistake: "stored levels are told from the one before",
      from: "steps[rank] = best - ",
      to: "steps[rank] = (keys[Math.max(0, rank - 1)] ?? NaN) - ",
    },
    {
      mistake: "stored books have one number",
      from: "    this.#seconds += 1;\n",
      to: "",
    },
    {
      mistake: "a stored book has its quantities' ticks",
      from: "10 ** scale.priceDecimals",
      to: "10 ** scale.qtyDecimals",
    },
  ]),
  ...mutantsOf(FILE, "metrics/sampler_test.ts", [
    {
      mistake: "in overload the look of a slot is over before there was anything to see",
      from: "if (out.length > length) this.#slot = slot;",
      to: "this.#slot = slot;",
    },
    {
      mistake: "in overload a slot has many looks",
      from: "if (out.length > length) this.#slot = slot;",
      to: "",
    },
    {
      mistake: "in overload trades leave on each tick",
      from: "      this.#tradesSlot = slot;\n",
      to: "",
    },
    {
      mistake: "in overload another state waits for its slot",
      from: "this.#slotMs === 0 || view.state !== this.#framed;",
      to: "this.#slotMs === 0;",
    },
  ]),
  ...mutantsOf(FILE, "metrics/sampler_proof_test.ts", [
    {
      mistake: "the proof leaves on each tick",
      from: "    this.#proofMs = nowMs;\n",
      to: "",
    },
    {
      mistake: "each second of the proof is stored",
      from: "nowMs - stored.nowMs >= PROOF_STORE_INTERVAL_MS",
      to: "nowMs >= stored.nowMs",
    },
    {
      mistake: "the proof is stored for ever in a silence",
      from: "isMinuteOver && checked !== stored.checked || ",
      to: "isMinuteOver || ",
    },
    {
      mistake: "a new mismatch waits for the end of the minute",
      from: " || mismatched !== stored.mismatched",
      to: "",
    },
    {
      mistake: "what was held back for the minute's end is lost in a silence",
      from: "if (!forStore && checked === this.#proofSent) return;",
      to: "if (checked === this.#proofSent) return;",
    },
    {
      mistake: "a proof leaves each second though nothing was compared",
      from: "if (!forStore && checked === this.#proofSent) return;",
      to: "",
    },
    {
      mistake: "what was stored is not noted",
      from: "if (forStore) this.#proofStored = { nowMs, checked, mismatched };",
      to: "",
    },
    {
      mistake: "proofs have one number",
      from: "    this.#proofNumber += 1;\n",
      to: "",
    },
    {
      mistake: "the proof tells the engine's time",
      from: "lastExactMs === null ? null : this.#utc.utcMs(lastExactMs)",
      to: "lastExactMs",
    },
  ]),
  ...mutantsOf(FILE, "metrics/trades_second_test.ts", [
    {
      mistake: "a trade at a round moment is of the second before",
      from: "timeLeftMs <= 0 ||",
      to: "timeLeftMs < 0 ||",
    },
    {
      mistake: "a second that a clock has left goes on until its end comes",
      from: " || timeLeftMs > SECOND_MS",
      to: "",
    },
    {
      mistake: "two seconds have one number",
      from: "this.#secondNumber += 1",
      to: "this.#secondNumber",
    },
  ]),
];
