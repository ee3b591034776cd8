/** Mutants of `engine/liveness/liveness.ts`: a mistake for each of its promises. */
import { mutantsOf } from "./mutant.ts";

const FILE = "liveness/liveness.ts";
const TESTS = "liveness/liveness_test.ts";

export const LIVENESS = [
  ...mutantsOf(FILE, TESTS, [
    {
      mistake: "another connection is told of by what others said to the last",
      from: "    this.#othersMs = null;\n    this.#longSilence.end();",
      to: "    this.#longSilence.end();",
    },
    {
      mistake: "a long silence goes on over a reconnect",
      from: "    this.#othersMs = null;\n    this.#longSilence.end();",
      to: "    this.#othersMs = null;",
    },
    {
      mistake: "a lag goes on over a reconnect",
      from: "    this.#lagMs = null;\n    this.#othersMs",
      to: "    this.#othersMs",
    },
    {
      mistake: "each answer that differs begins the doubt anew",
      from: "else this.#doubt ??= { best, sinceMs: nowMs };",
      to: "else this.#doubt = { best, sinceMs: nowMs };",
    },
    {
      mistake: "a probe that was answered is waited for",
      from: "    this.#isProbing = false;\n    // The answer",
      to: "    // The answer",
    },
    {
      mistake: "a refuted book is thrown away on each tick",
      from: "resync: acts ? doubt ?? (facts.isIgnoring || isLost ? lag : null) : null",
      to: "resync: doubt ?? (facts.isIgnoring || isLost ? lag : null)",
    },
    {
      mistake: "a probe of a book that is not there is waited for",
      from: "this.#isProbing = hasBook;",
      to: "this.#isProbing = true;",
    },
    {
      mistake: "a lag that lasts is no suspicion",
      from: "this.#mute(nowMs) ?? doubt ?? lag ?? (isLong",
      to: "this.#mute(nowMs) ?? doubt ?? (isLong",
    },
    {
      mistake: "an update does not explain a best that differed",
      from: "this.#followedMs = nowMs;\n    this.#doubt = null;",
      to: "this.#followedMs = nowMs;",
    },
    {
      mistake: "an update proves nothing after a halt",
      from: "this.#unproven = null;\n  }\n\n  /** The best price",
      to: "}\n\n  /** The best price",
    },
    {
      mistake: "each move of the best price begins the wait for a ticker anew",
      from: "this.#unprovenMs ??= nowMs;",
      to: "this.#unprovenMs = nowMs;",
    },
    {
      mistake: "a move is unproven that a ticker has just told of",
      from: "if (nowMs - lastMs < SILENCE_MIN_MS) return;",
      to: "",
    },
    {
      mistake: "a ticker does not prove the best price",
      from: 'if (stream === "ticker") this.#unprovenMs = null;',
      to: "",
    },
    {
      mistake: "a long silence goes on in the next one",
      from: 'if (stream === "depth") this.#longSilence.end();\n    else ',
      to: 'if (stream !== "depth") ',
    },
    {
      mistake: "other streams that go on speaking never show that depth is mute",
      from: "else this.#othersMs ??= nowMs;",
      to: "else this.#othersMs = nowMs;",
    },
    {
      mistake: "a connection without a forerunner has the last one's words",
      from:
        "for (const interarrival of Object.values(this.#interarrivals)) interarrival.restart();",
      to: "",
    },
    {
      mistake: "a doubt outlives the connection",
      from: "this.#doubt = null;\n    this.#unproven = null;\n    this.#listingMs = null;",
      to: "this.#unproven = null;\n    this.#listingMs = null;",
    },
    {
      mistake: "a connection is asked for the answer that the one before it owed",
      from: "this.#unproven = null;\n    this.#listingMs = null;",
      to: "this.#unproven = null;",
    },
    {
      mistake: "a connection that took over is silent since the one before it spoke",
      from: "this.switched();\n    this.confirm(nowMs);",
      to: "this.switched();",
    },
    {
      mistake: "the ticker that the last connection owed is missed in the next",
      from: "switched(): void {\n    this.#listingMs = null;\n    this.#unprovenMs = null;",
      to: "switched(): void {\n    this.#listingMs = null;",
    },
    {
      mistake: "an answer over the socket is not heard",
      from: "listed(): void {\n    this.#listingMs = null;",
      to: "listed(): void {",
    },
    {
      mistake: "any answer to a probe proves the book",
      from: "if (ours !== null && isSameTop(best, ours)) this.confirm(nowMs);",
      to: "if (ours !== null) this.confirm(nowMs);",
    },
    {
      mistake: "a book that is proven keeps its doubt",
      from: "this.#confirmedMs = nowMs;\n    this.#doubt = null;",
      to: "this.#confirmedMs = nowMs;",
    },
    {
      mistake: "a probe proves nothing after a halt",
      from: "this.#unproven = null;\n  }\n\n  /** To be called",
      to: "}\n\n  /** To be called",
    },
    {
      mistake: "a probe's proof does not end a silence",
      from: "openedMs, this.#confirmedMs, this.#haltedMs)",
      to: "openedMs, this.#haltedMs)",
    },
    {
      mistake: "a stream that has not spoken yet is silent since ever",
      from: "lastMs === lastMs ? lastMs : openedMs,",
      to: "lastMs === lastMs ? lastMs : 0,",
    },
    {
      mistake: "an unusual silence costs a connection at once",
      from: "silentMs >= 2 * maxMs",
      to: "silentMs >= maxMs",
    },
    {
      mistake: "the silence of a symbol without a book costs a connection",
      from: "const isLong = facts.best !== null && ",
      to: "const isLong = ",
    },
    {
      mistake: "what another connection has not brought either is waited for without end",
      from: "nowMs - this.#lagMs >= SUSPICION_INTERVAL_MS;",
      to: "nowMs < this.#lagMs;",
    },
    {
      mistake: "a refuted book goes on",
      from: "acts ? doubt ?? (facts.isIgnoring || isLost ? lag : null) : null",
      to: "acts && (facts.isIgnoring || isLost) ? lag : null",
    },
    {
      mistake: "another connection is asked for to prove no book",
      from: "const refresh = facts.best !== null &&\n      this",
      to: "const refresh = this",
    },
    {
      mistake: "a halt counts as a long silence",
      from: "takeDue(nowMs, Math.max(spokenMs, this.#haltedMs), depth)",
      to: "takeDue(nowMs, spokenMs, depth)",
    },
    {
      mistake: "another best refutes the book at once",
      from: "nowMs - doubt.sinceMs < DOUBT_MAX_MS",
      to: "nowMs < doubt.sinceMs",
    },
    {
      mistake: "a book that has become the exchange's is doubted",
      from: "if (best !== null && isSameTop(doubt.best, best)) {",
      to: "if (best === null) {",
    },
    {
      mistake: "tickers that are a moment ahead make a book stale",
      from: "this.#lagMs === null || nowMs - this.#lagMs < SILENCE_MIN_MS",
      to: "this.#lagMs === null",
    },
    {
      mistake: "a book is stale that was proven after its socket was asked",
      from: "if (isLate && this.#confirmedMs < listingMs)",
      to: "if (isLate)",
    },
    {
      mistake: "a depth stream is mute as soon as another has spoken",
      from: "this.#othersMs !== null && nowMs - this.#othersMs >= SILENCE_MIN_MS",
      to: "this.#othersMs !== null",
    },
    {
      mistake: "a depth stream has no time for its first word",
      from: "nowMs - openedMs >= FIRST_WORD_MAX_MS;\n    return isMute",
      to: "nowMs >= openedMs;\n    return isMute",
    },
    {
      mistake: "a connection that does not answer is kept",
      from: "if (this.#listingMs !== null && nowMs - this.#listingMs >= LISTED_MAX_MS) {",
      to: "if (nowMs < 0) {",
    },
    {
      mistake: "each tick sends a probe",
      from: "Math.min(silentMs, sinceMs) >= maxMs / 2",
      to: "silentMs >= maxMs / 2",
    },
    {
      mistake: "a silence is probed when it is unusual already",
      from: "Math.min(silentMs, sinceMs) >= maxMs / 2",
      to: "Math.min(silentMs, sinceMs) >= maxMs",
    },
    {
      mistake: "the probe after a halt waits for a silence",
      from: "this.#unproven !== null\n      ? sinceMs >= SILENCE_MIN_MS\n      : ",
      to: "",
    },
    {
      mistake: "each probe forgives the answer that is owed",
      from: "this.#listingMs ??= nowMs;",
      to: "this.#listingMs = nowMs;",
    },
    {
      mistake: "a missing ticker is not noted",
      from: "nowMs - this.#unprovenMs >= SILENCE_MIN_MS",
      to: "nowMs - this.#unprovenMs >= FIRST_WORD_MAX_MS",
    },
    {
      mistake: "a symbol is noted for trades before it has been heard for long",
      from: "const isLong = nowMs - openedMs >= TRADES_NOTE_MS;",
      to: "const isLong = nowMs >= openedMs;",
    },
    {
      mistake: "missing trades are noted of a connection that has brought nothing",
      from: "isLong && ticker.hasSpoken && ",
      to: "isLong && ",
    },
    {
      mistake: "the end of a halt proves the book",
      from: "this.#unproven ??= HALTED;",
      to: "this.confirm(nowMs);",
    },
    {
      mistake: "a book that was followed in the halt is not proven at its end",
      from: "this.#isHalted && !isHalted && isSilent",
      to: "this.#isHalted && !isHalted",
    },
    {
      mistake: "the silence of a halt is learnt",
      from: "interarrival.rest();",
      to: "interarrival.hasSpoken;",
    },
    {
      mistake: "a halted symbol is silent",
      from: "if (isHalted) {\n      this.#haltedMs = nowMs;",
      to: "if (isHalted) {",
    },
    {
      mistake: "a book that moves lags as long as tickers are ahead",
      from: "(isBehind || isIgnoring) && !hasMoved",
      to: "(isBehind || isIgnoring)",
    },
    {
      mistake: "each tick of a suspicion costs a connection",
      from:
        "if (suspicion === null || nowMs - this.#suspectedMs < SUSPICION_INTERVAL_MS) return false;",
      to: "if (suspicion === null) return false;",
    },
  ]),
  ...mutantsOf(FILE, "engine_quiet_test.ts", [
    {
      mistake: "a socket that does not answer is none of the book's matter",
      from: "this.#unproven = DEAF;",
      to: "return null;",
    },
    {
      mistake: "an outage is learnt as usual",
      from: "interarrival.heard(nowMs, connection, wasExcused);",
      to: "interarrival.heard(nowMs, connection);",
    },
    {
      mistake: "a quiet that was proven is not learnt",
      from: "this.#confirmedMs > lastMs ||\n      ",
      to: "",
    },
    {
      mistake: "a quiet that the exchange's ids and clock tell of is not learnt",
      from: "Math.abs(nowMs - lastMs - quietMs) < SILENCE_MIN_MS",
      to: "quietMs < 0",
    },
    {
      mistake: "an answer older than the last update counts",
      from: "if (this.#interarrivals.depth.lastMs >= this.#probedMs) return;",
      to: "",
    },
    {
      mistake: "a probe replaces the one that may still be answered",
      from: "if (this.#isProbing && sinceMs < PROBE_MAX_MS) return false;",
      to: "",
    },
    {
      mistake: "a probe that failed is waited for",
      from: "probeFailed(): void {\n    this.#isProbing = false;",
      to: "probeFailed(): void {",
    },
    {
      mistake: "a probe that nobody answers is waited for without end",
      from: "if (this.#isProbing && sinceMs < PROBE_MAX_MS)",
      to: "if (this.#isProbing)",
    },
    {
      mistake: "a best price that no ticker tells of is fine",
      from: "return this.#unprovenMs !== null && nowMs - this.#unprovenMs >= FIRST_WORD_MAX_MS",
      to: "return this.#unprovenMs !== null && nowMs < 0",
    },
  ]),
  ...mutantsOf(FILE, "engine_lag_test.ts", [
    {
      mistake: "updates that are too old are no lag",
      from: "(isBehind || isIgnoring) && !hasMoved",
      to: "isBehind && !hasMoved",
    },
    {
      mistake: "an exchange that counts anew is waited for",
      from: "(facts.isIgnoring || isLost ? lag : null)",
      to: "(isLost ? lag : null)",
    },
  ]),
];
