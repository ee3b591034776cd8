/**
 * Mutants that both nets must catch, and for which the simulation takes many seeds: a test file finds each of them
 * here, and tests/long has the simulation find them too.
 */
import type { Mutant } from "./mutant.ts";

export const RARE: readonly Mutant[] = [
  {
    mistake: "no update is ever a gap",
    file: "sync/sync.ts",
    foundBy: "sync/sync_test.ts",
    from: "if (firstUpdateId <= id + 1) {",
    to: "if (firstUpdateId > 0) {",
  },
  {
    mistake: "old updates are applied",
    file: "sync/sync.ts",
    foundBy: "sync/sync_test.ts",
    from: "if (finalUpdateId <= id) return IGNORE;",
    to: "",
  },
  {
    mistake: "what waited for an update is forgotten with it",
    file: "sync/sync.ts",
    foundBy: "sync/sync_test.ts",
    from: '{ kind: "apply", then: this.#follow() }',
    to: "(this.#follow(), APPLY)",
    firstSeed: 17,
  },
  {
    mistake: "any snapshot joins",
    file: "sync/sync.ts",
    foundBy: "sync/sync_test.ts",
    from: "lastId + 1 < neededId",
    to: "lastId < 0",
  },
  {
    mistake: "what both connections have passed is waited for",
    file: "sync/sync.ts",
    foundBy: "sync/sync_test.ts",
    from: "return this.#missed() ?? AHEAD;",
    to: "return AHEAD;",
  },
  {
    mistake: "a gap is one as soon as one of two connections has passed it",
    file: "sync/sync.ts",
    foundBy: "sync/sync_test.ts",
    from: "return Math.min(...this.#heard.values());",
    to: "return Math.max(...this.#heard.values());",
    firstSeed: 17,
  },
  {
    mistake: "a gap does not start again",
    file: "sync/sync.ts",
    foundBy: "sync/sync_test.ts",
    from:
      '    this.#state = "buffering";\n    this.#formerId = this.#bookUpdateId ?? 0;\n    this.#bookUpdateId = null;\n',
    to: "",
  },
  {
    mistake: "a connection that is gone is still waited for",
    file: "sync/sync.ts",
    foundBy: "sync/sync_test.ts",
    from: "this.#heard.delete(connection);",
    to: "",
  },
  {
    mistake: "updates from before the snapshot are replayed",
    file: "sync/update_queue.ts",
    foundBy: "sync/sync_test.ts",
    from: "if (update.finalUpdateId <= lastId) continue;",
    to: "",
  },
  {
    mistake: "the replay goes on beyond a hole",
    file: "sync/update_queue.ts",
    foundBy: "sync/sync_test.ts",
    from: "if (update.firstUpdateId > lastId + 1) break;",
    to: "",
    firstSeed: 318,
  },
  {
    mistake: "what waits is not bounded",
    file: "sync/update_queue.ts",
    foundBy: "sync/sync_test.ts",
    from: "if (this.isFull) this.#updates.shift();",
    to: "",
    firstSeed: 180,
  },
  {
    mistake: "the late answer of an old request is taken",
    file: "snapshots/snapshot_request.ts",
    foundBy: "snapshots/snapshot_request_test.ts",
    from: "return this.#awaited && generation === this.#generation;",
    to: "return this.#awaited;",
    firstSeed: 62,
  },
  {
    mistake: "frames of any connection are heard",
    file: "connection/connections.ts",
    foundBy: "connection/connections_test.ts",
    from: "return (this.#lifeOf(connection)?.openedMs ?? null) !== null;",
    to: "return true;",
  },
  {
    mistake: "the exchange's word that a connection ends is not heard",
    file: "connection/connections.ts",
    foundBy: "connection/connections_test.ts",
    from:
      "    life.replaceAtMs = Math.min(life.replaceAtMs, nowMs);\n    if (life === this.#current) this.replace(nowMs);\n",
    to: "",
  },
  {
    mistake: "silence is never stale",
    file: "liveness/liveness.ts",
    foundBy: "liveness/liveness_test.ts",
    from: "(silentMs >= maxMs ? this.#silence(maxMs) : null)",
    to: "null",
    firstSeed: 23,
  },
  {
    mistake: "a snapshot that is ahead is held against a book that cannot have its changes yet",
    file: "snapshots/level_audit.ts",
    foundBy: "snapshots/level_audit_test.ts",
    from: "if (isAhead && result.mismatched > 0) return null;",
    to: "",
    firstSeed: 17,
  },
  {
    mistake: "a gap spans two listings",
    file: "sync/gap_log.ts",
    foundBy: "sync/gap_log_test.ts",
    from: "open.record.fromId <= toId ? open.record.fromId : expectedId",
    to: "open.record.fromId",
    firstSeed: 68,
  },
];
