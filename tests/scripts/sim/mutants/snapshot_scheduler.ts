/** Mutants of the scheduler of snapshots: a mistake for each of its promises. */
import { mutantsOf } from "./mutant.ts";

const FILE = "snapshots/snapshot_scheduler.ts";

export const SNAPSHOT_SCHEDULER = [
  ...mutantsOf(FILE, "engine_snapshots_test.ts", [
    {
      mistake: "an audit whose request failed goes on keeping updates",
      from: "  failed(): void {\n    this.#audit.forget();",
      to: "  failed(): void {",
    },
    {
      mistake: "a small book is pruned too",
      from: "const LEVELS_MAX = 40_000;",
      to: "const LEVELS_MAX = 30_000;",
    },
    {
      mistake: "a book grows without end",
      from: "this.#live.prune(LEVELS_MAX);",
      to: "",
    },
    {
      mistake: "what waits long for its permit keeps all that comes",
      from: "nowMs - this.#dueMs >= WAIT_MAX_MS",
      to: "nowMs < this.#dueMs",
    },
    {
      mistake: "a snapshot that lags behind its request is never of use after a wait",
      from: "if (isHeldUp && !this.#isLagging)",
      to: "if (isHeldUp)",
    },
    {
      mistake: "a request that has left is replaced",
      from: " || hasLeft || updateId === null",
      to: " || updateId === null",
    },
    {
      mistake: "what waits for its permit does not give way",
      from: " || hasLeft || updateId === null",
      to: " || isAwaited || updateId === null",
    },
    {
      mistake: "updates are kept from the answer on",
      from: "    this.#audit.begin(updateId);\n    this.#dueMs",
      to: "    this.#dueMs",
    },
    {
      mistake: "a request leaves before anything is kept that its answer may need",
      from: "request.limit, nowMs, this.#leadMs);",
      to: "request.limit, nowMs, 0);",
    },
    {
      mistake: "what was kept before a request left is all that is kept",
      from: "    this.#leftId = updateId;\n    this.#audit.begin(updateId);",
      to: "    this.#leftId = updateId;",
    },
    {
      mistake: "an audit misses updates of the live book",
      from: "this.#audit.retain(update);",
      to: "",
    },
    {
      mistake: "a snapshot that comes too late is not counted",
      from: "this.#late += 1;",
      to: "",
    },
    {
      mistake: "snapshots that lag are asked for as before",
      from: ": Math.min(LEAD_MAX_MS, this.#leadMs * 2);",
      to: ": this.#leadMs;",
    },
    {
      mistake: "updates are kept ever longer before a request",
      from: "Math.min(LEAD_MAX_MS, this.#leadMs * 2)",
      to: "this.#leadMs * 2",
    },
    {
      mistake: "one late snapshot makes all requests wait for ever",
      from: "Math.max(LEAD_MIN_MS, this.#leadMs / 2)",
      to: "this.#leadMs",
    },
    {
      mistake: "the time before a request vanishes",
      from: "Math.max(LEAD_MIN_MS, this.#leadMs / 2)",
      to: "this.#leadMs / 2",
    },
  ]),
  ...mutantsOf(FILE, "engine_audit_test.ts", [
    {
      mistake: "a first book is asked for as urgently as one that was lost",
      from: 'this.#feed.snapshots === 0 ? "sync" : "resync"',
      to: '"resync"',
    },
    {
      mistake: "a book that was lost is asked for as a first one",
      from: 'this.#feed.snapshots === 0 ? "sync" : "resync"',
      to: '"sync"',
    },
    {
      mistake: "an audit goes on in the next book",
      from: "  ended(): void {\n    this.#audit.forget();",
      to: "  ended(): void {",
    },
    {
      mistake: "a snapshot that is ahead is compared on each tick",
      from: "if (nowMs - this.#aheadMs < AHEAD_MS) return null;",
      to: "",
    },
    {
      mistake: "a snapshot that is ahead of a quiet book is never compared",
      from: "if (nowMs - this.#aheadMs < AHEAD_MS) return null;",
      to: "if (nowMs > 0) return null;",
    },
    {
      mistake: "a book keeps its old band after an audit",
      from: "if (result.mismatched === 0) this.#goOn(result, nowMs);",
      to: "",
    },
    {
      mistake: "a book that was widened is widened again",
      from: "    this.#knows(this.#limit, nowMs);",
      to: "",
    },
    {
      mistake: "a book that has begun wants nothing more",
      from: "    this.#audit.forget();\n    this.#knows(limit, nowMs);",
      to: "    this.#audit.forget();",
    },
  ]),
  ...mutantsOf(FILE, "engine_out_of_band_test.ts", [
    {
      mistake: "a book that lost a side to the edge of what it knows asks for nothing",
      from: "if (reachBps === null && !isOut || ",
      to: "if (reachBps === null || ",
    },
    {
      mistake: "a book of one side asks to be widened",
      from: "if (reachBps === null && !isOut || ",
      to: "if (",
    },
    {
      mistake: "a failure makes the next need no rarer",
      from: "    this.#policy.failed();\n",
      to: "",
    },
    {
      mistake: "what waits for its permit keeps nothing",
      from: "nowMs - this.#dueMs >= WAIT_MAX_MS",
      to: "nowMs >= this.#dueMs",
    },
    {
      mistake: "an audit without a level in common is one to tell of",
      from: "if (result.levels > 0) this.#number += 1;",
      to: "this.#number += 1;",
    },
  ]),
  ...mutantsOf(FILE, "engine_trouble_test.ts", [
    {
      mistake: "the first snapshot that failed is asked for again at once",
      from: "this.#request.again(this.#purpose, this.#policy.firstLimit, nowMs);",
      to: "this.#request.first(this.#purpose, this.#policy.firstLimit, nowMs);",
    },
  ]),
];
