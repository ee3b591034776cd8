/** Mutants of `engine/snapshots/` but its scheduler: a mistake for each of its promises. */
import { mutantsOf } from "./mutant.ts";

export const SNAPSHOTS = [
  ...mutantsOf("snapshots/snapshot_policy.ts", "snapshots/snapshot_policy_test.ts", [
    {
      mistake: "a first snapshot asks for more levels than are wanted",
      from: "Math.min(firstLevels, depthLevels)",
      to: "firstLevels",
    },
    {
      mistake: "a book that began does not count as widened",
      from: "this.#limit = limit;",
      to: "",
    },
    {
      mistake: "what a snapshot covered is not noted",
      from: "this.#coveredBps = reachBps;",
      to: "",
    },
    {
      mistake: "a book that began pauses as long as after the failures before it",
      from: "this.#pauseMs = PAUSE_MS;\n    this.#triedMs",
      to: "this.#triedMs",
    },
    {
      mistake: "a band that was renewed waits a minute to be renewed again",
      from: "this.#triedMs = Math.min(this.#triedMs, nowMs + PAUSE_MS - RETRY_MS);",
      to: "",
    },
    {
      mistake: "a book that began may want the next snapshot at once",
      from: "Math.min(this.#triedMs, nowMs + PAUSE_MS - RETRY_MS)",
      to: "-Infinity",
    },
    {
      mistake: "all books are audited together",
      from: "this.#auditIntervalMs * (0.5 + random / 2)",
      to: "this.#auditIntervalMs",
    },
    {
      mistake: "books are audited when nobody wants it",
      from: "auditIntervalMs ?? Infinity",
      to: "auditIntervalMs ?? 300_000",
    },
    {
      mistake: "a failed request is repeated as soon as any",
      from: "Math.min(RETRY_MS, 2 * this.#pauseMs)",
      to: "PAUSE_MS",
    },
    {
      mistake: "a book whose price has left waits ever longer",
      from: "Math.min(RETRY_MS, 2 * this.#pauseMs)",
      to: "2 * this.#pauseMs",
    },
    {
      mistake: "a book whose price has left asks as often as it is looked at",
      from: "isOut && nowMs - this.#triedMs >= this.#pauseMs",
      to: "isOut",
    },
    {
      mistake: "a price that has left is a matter of a minute",
      from: "isOut && nowMs - this.#triedMs >= this.#pauseMs",
      to: "isOut && nowMs - this.#triedMs >= RETRY_MS",
    },
    {
      mistake: "what is as urgent replaces what is asked for",
      from: "URGENCY.indexOf(purpose) >= URGENCY.indexOf(asked)",
      to: "URGENCY.indexOf(purpose) > URGENCY.indexOf(asked)",
    },
    {
      mistake: "what is more urgent waits for what is asked for",
      from:
        "if (asked !== null && URGENCY.indexOf(purpose) >= URGENCY.indexOf(asked)) return null;",
      to: "if (asked !== null) return null;",
    },
    {
      mistake: "an audit is not followed by another",
      from: "this.#auditAtMs = nowMs + this.#auditIntervalMs;\n    else",
      to: "this.#auditAtMs = Infinity;\n    else",
    },
    {
      mistake: "an audit is asked for on each tick",
      from: 'if (purpose === "audit") this.#auditAtMs = nowMs + this.#auditIntervalMs;\n    else ',
      to: "",
    },
    {
      mistake: "an audit keeps the band from being widened",
      from: "    else this.#triedMs = nowMs;",
      to: "    this.#triedMs = nowMs;",
    },
    {
      mistake: "a need is repeated at once",
      from: "    else this.#triedMs = nowMs;",
      to: "",
    },
    {
      mistake: "a price that has left asks for all levels",
      from: "mayHurry ? this.#firstLevels : this.#depthLevels",
      to: "this.#depthLevels",
    },
    {
      mistake: "a deeper snapshot is as small as the first",
      from: "mayHurry ? this.#firstLevels : this.#depthLevels",
      to: "this.#firstLevels",
    },
    {
      mistake: "the deepest snapshot is widened",
      from: "mayTry && this.#limit < this.#depthLevels && ",
      to: "mayTry && ",
    },
    {
      mistake: "a book that covers all bands is widened",
      from: " && reachBps < WIDEST_BPS) {",
      to: ") {",
    },
    {
      mistake: "a band is renewed when the price is at its edge",
      from: "* RENEW_AT",
      to: "* 0.01",
    },
    {
      mistake: "a wide book is renewed that still covers every band",
      from: "Math.min(WIDEST_BPS, this.#coveredBps)",
      to: "this.#coveredBps",
    },
    {
      mistake: "a narrow book is renewed for ever",
      from: "Math.min(WIDEST_BPS, this.#coveredBps)",
      to: "WIDEST_BPS",
    },
    {
      mistake: "a renewal is asked for on each tick",
      from: "if (mayTry && reachBps < wanted)",
      to: "if (reachBps < wanted)",
    },
  ]),
  ...mutantsOf("snapshots/snapshot_request.ts", "snapshots/snapshot_request_test.ts", [
    {
      mistake: "what is asked for again does not wait",
      from: "this.#ask(purpose, limit, this.#backoff.next(), nowMs)",
      to: "this.#ask(purpose, limit, 0, nowMs)",
    },
    {
      mistake: "a request is made for a symbol that is not listed",
      from: "if (this.#isListed) this.#ask(purpose, limit, delayMs, nowMs);",
      to: "this.#ask(purpose, limit, delayMs, nowMs);",
    },
    {
      mistake: "a request is repeated for a symbol that is not listed",
      from: "if (this.#isListed) this.#ask(purpose, limit, this.#backoff.next(), nowMs);",
      to: "this.#ask(purpose, limit, this.#backoff.next(), nowMs);",
    },
    {
      mistake: "the word that an old request has left counts for the new one",
      from: "if (generation === this.#generation) this.#hasLeft = true;",
      to: "this.#hasLeft = true;",
    },
    {
      mistake: "a failure without Retry-After lifts a ban",
      from: "if (retryAfterMs === null) return;",
      to: "if (retryAfterMs === null) retryAfterMs = 0;",
    },
    {
      mistake: "an answer is taken twice",
      from: "    this.#awaited = false;\n    return true;",
      to: "    return true;",
    },
    {
      mistake: "failures add up over books",
      from: "    this.#backoff.reset();\n",
      to: "",
    },
    {
      mistake: "a request that is of no use any more is carried out",
      from: 'if (this.#awaited) this.#step.commands.push({ type: "cancel_snapshot" });',
      to: "",
    },
    {
      mistake: "the answer to a request that was taken back counts",
      from: "    this.#awaited = false;\n  }\n\n  /** The exchange lists",
      to: "  }\n\n  /** The exchange lists",
    },
    {
      mistake: "a delisting lets the request run",
      from: "if (!isListed) this.cancel();",
      to: "",
    },
    {
      mistake: "a ban is waited for from its beginning each time",
      from: "this.#banMs - (nowMs - this.#bannedMs)",
      to: "this.#banMs",
    },
    {
      mistake: "a request goes out in a ban",
      from: "Math.max(delayMs, bannedFor)",
      to: "delayMs",
    },
  ]),
  ...mutantsOf("snapshots/level_audit.ts", "snapshots/level_audit_test.ts", [
    {
      mistake: "an audit with an answer cannot begin anew",
      from: "if (this.#fromId !== null && this.#answer === null) return;",
      to: "if (this.#fromId !== null) return;",
    },
    {
      mistake: "updates are kept without end",
      from: "if (this.#retained.length >= RETAINED_MAX) {",
      to: "if (this.#retained.length < 0) {",
    },
    {
      mistake: "an audit has a hole where the oldest update was",
      from: "this.#fromId = this.#retained.shift()?.finalUpdateId ?? this.#fromId;",
      to: "this.#retained.shift();",
    },
    {
      mistake: "a snapshot from before what was kept is of use",
      from: "if (this.#fromId === null || snapshot.lastUpdateId < this.#fromId) {",
      to: "if (this.#fromId === null) {",
    },
    {
      mistake: "a snapshot just as old as what was kept is of no use",
      from: "snapshot.lastUpdateId < this.#fromId",
      to: "snapshot.lastUpdateId <= this.#fromId",
    },
    {
      mistake: "a snapshot that is ahead is compared at once",
      from: "if (isAhead && !mayBeAhead) return null;",
      to: "",
    },
    {
      mistake: "the result of an audit comes again and again",
      from: "    this.forget();\n    return result;",
      to: "    return result;",
    },
    {
      mistake: "updates that the snapshot has are applied to it",
      from: "if (finalUpdateId > snapshot.lastUpdateId) book.apply(bids, asks);",
      to: "book.apply(bids, asks);",
    },
    {
      mistake: "updates since the snapshot are not in the second book",
      from: "if (finalUpdateId > snapshot.lastUpdateId) book.apply(bids, asks);",
      to: "",
    },
    {
      mistake: "levels are compared that the snapshot does not reach",
      from: "const common = band.common(known);",
      to: "const common = band;",
    },
    {
      mistake: "a book that is ahead by empty ids keeps its old id",
      from: "updateId: Math.max(updateId ?? 0, snapshot.lastUpdateId)",
      to: "updateId: updateId ?? 0",
    },
    {
      mistake: "only the differences that are told are counted",
      from: "mismatched: differences.length,",
      to: "mismatched: Math.min(differences.length, DIFFERENCES_MAX),",
    },
    {
      mistake: "every difference is told",
      from: "differences.slice(0, DIFFERENCES_MAX)",
      to: "differences",
    },
    {
      mistake: "a level that only the live book has is no difference",
      from: "if (theirs.has(price)) continue;",
      to: "continue;",
    },
    {
      mistake: "a level that the live book lacks is no difference",
      from: "ours.get(price) ?? 0",
      to: "ours.get(price) ?? qty",
    },
  ]),
  ...mutantsOf("snapshots/out_of_band.ts", "engine_out_of_band_test.ts", [
    {
      mistake: "a price that has left is still out of the next book",
      from: "    this.#sinceMs = null;\n    this.#feed.leftBand(null);",
      to: "    this.#sinceMs = null;",
    },
    {
      mistake: "a price that has come back for a moment is shown",
      from: "nowMs - this.#sinceMs >= CALM_MS",
      to: "nowMs >= this.#sinceMs",
    },
    {
      mistake: "a price that has come back is not shown any more",
      from: "if (nowMs - this.#sinceMs >= CALM_MS) this.forget();",
      to: "",
    },
    {
      mistake: "a newer snapshot does not bring the price back",
      from: "  renewed(nowMs: number): void {\n    this.forget();",
      to: "  renewed(nowMs: number): void {",
    },
    {
      mistake: "any newer snapshot brings the price back",
      from: "    this.forget();\n    this.watch(nowMs);",
      to: "    this.forget();",
    },
    {
      mistake: "a price that has left awaits a snapshot in a ban",
      from: 'this.#ban.reason ?? "another is awaited"',
      to: '"another is awaited"',
    },
  ]),
  ...mutantsOf("snapshots/ban.ts", "snapshots/ban_test.ts", [
    {
      mistake: "the end of a ban is not told",
      from: "if (isOver && this.#isAwaited)",
      to: "if (isOver && !this.#isAwaited)",
    },
    {
      mistake: "a ban that never was is over",
      from: "bannedForMs === null && this.#reason !== null",
      to: "bannedForMs === null",
    },
    {
      mistake: "a ban is no reason for a snapshot that is missing",
      from: "if (this.#reason !== null && this.#isAwaited) this.#feed.awaited(this.#reason);",
      to: "",
    },
    {
      mistake: "a ban is said to last until now",
      from: "timeText(utcMs + bannedForMs, utcMs)",
      to: "timeText(utcMs, utcMs)",
    },
  ]),
  ...mutantsOf("snapshots/snapshot_request.ts", "engine_snapshots_test.ts", [
    {
      mistake: "a request has left like the one before it",
      from: "    this.#hasLeft = false;\n    const",
      to: "    const",
    },
    {
      mistake: "a request that nobody waits for has left",
      from: "return this.#awaited && this.#hasLeft;",
      to: "return this.#hasLeft;",
    },
  ]),
  ...mutantsOf("snapshots/level_audit.ts", "engine_snapshots_test.ts", [
    {
      mistake: "a second beginning forgets what was kept",
      from: "if (this.#fromId !== null && this.#answer === null) return;",
      to: "",
    },
    {
      mistake: "updates are kept of which no audit will ask",
      from: "if (this.#fromId === null) return;",
      to: "",
    },
  ]),
  ...mutantsOf("snapshots/level_audit.ts", "engine_audit_test.ts", [
    {
      mistake: "levels are compared that the live book does not know",
      from: "const common = band.common(known);",
      to: "const common = known;",
    },
    {
      mistake: "a book that was found right goes back to the snapshot's id",
      from: "updateId: Math.max(updateId ?? 0, snapshot.lastUpdateId)",
      to: "updateId: snapshot.lastUpdateId",
    },
    {
      mistake: "a book keeps what it knew when it could know more",
      from: "band: known,",
      to: "band: common,",
    },
  ]),
  ...mutantsOf("snapshots/ban.ts", "engine_out_of_band_test.ts", [
    {
      mistake: "a live book suffers from a ban",
      from: 'this.#sync.state === "buffering" && ',
      to: "",
    },
  ]),
];
