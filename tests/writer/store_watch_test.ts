import { assertEquals, assertMatch } from "@std/assert";
import {
  BEAT_INTERVAL_MS,
  type Fault,
  LOOK_INTERVAL_MS,
  type Outage,
  StoreWatch,
} from "../../actors/writer/store_watch.ts";

const UTC_MS = Date.UTC(2026, 7, 1, 12);
const FULL: Fault = { kind: "53100", reason: "its disk is full", isComing: false };
const READ_ONLY: Fault = { kind: "25006", reason: "it is read-only", isComing: false };
const ABSENT: Fault = { kind: "ECONNREFUSED", reason: "connection refused", isComing: true };

/** A store under watch, and a clock that is moved by hand. */
class Stage {
  nowMs = 0;
  oldestMs: number | null = null;
  /** The store confirms beats. */
  isAnswering = true;
  readonly lines: string[] = [];
  readonly states: string[] = [];
  readonly watch: StoreWatch;
  #beatMs = 0;

  constructor(startMs = 0, outage: Outage | null = null) {
    const policy = { name: "the database", consequence: "rows are kept", startMs };
    this.watch = new StoreWatch(policy, 0, UTC_MS, outage);
  }

  /** The writer dies, and begins anew some time later. */
  nextLife(startMs: number, afterMs: number): Stage {
    const outage = this.watch.outage(this.nowMs);
    return new Stage(startMs, outage && { ...outage, forMs: outage.forMs + afterMs });
  }

  get state(): string {
    return this.states.at(-1) ?? "starting";
  }

  look(): void {
    const { status, lines, isNew } = this.watch.look(
      this.nowMs,
      UTC_MS + this.nowMs,
      this.oldestMs,
    );
    if (isNew) this.states.push(status.state);
    this.lines.push(...lines.map(({ level, text }) => `${level}: ${text}`));
  }

  /** As the writer does: a beat each two seconds, a look each quarter of one. */
  run(ms: number): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += LOOK_INTERVAL_MS;
      if (this.isAnswering && this.nowMs >= this.#beatMs) {
        this.watch.beat(this.nowMs);
        this.#beatMs = this.nowMs + BEAT_INTERVAL_MS;
      }
      this.look();
    }
  }
}

Deno.test("StoreWatch: a store that goes silent at any moment is down within 4.5 s, and up with its next beat", () => {
  for (let cutMs = 0; cutMs <= BEAT_INTERVAL_MS; cutMs += LOOK_INTERVAL_MS) {
    const stage = new Stage();
    stage.run(10_000 + cutMs);
    assertEquals(stage.state, "up");
    stage.isAnswering = false;
    const fromMs = stage.nowMs;
    while (stage.state === "up") stage.run(LOOK_INTERVAL_MS);
    assertEquals(stage.nowMs - fromMs <= 4_500, true, `${stage.nowMs - fromMs} ms after ${cutMs}`);
    stage.run(60_000);
    stage.isAnswering = true;
    stage.run(LOOK_INTERVAL_MS);
    assertEquals(stage.states, ["up", "down", "up"]);
    assertEquals(stage.lines.length, 2);
    assertMatch(
      stage.lines[0] ?? "",
      /^warn: the database cannot be written: .* nothing for 4 s; rows are/,
    );
    assertMatch(stage.lines[1] ?? "", /^info: the database is back after \d+ s$/);
  }
});

Deno.test("StoreWatch: a fault is told once when it begins, once for each new reason, once when it ends", () => {
  const stage = new Stage();
  stage.run(3_000);
  stage.isAnswering = false;
  for (const fault of [FULL, FULL, READ_ONLY, FULL, READ_ONLY]) {
    stage.watch.failed(fault);
    stage.look();
    stage.run(1_000);
  }
  // Rows alone end no fault: what failed may have been another table's.
  stage.watch.wrote(stage.nowMs);
  stage.look();
  assertEquals(stage.state, "down");
  stage.isAnswering = true;
  stage.run(1_000);
  assertEquals(stage.lines, [
    "warn: the database cannot be written: its disk is full; rows are kept",
    "warn: the database still cannot be written, now because: it is read-only",
    "info: the database is back after 5 s",
  ]);
  assertEquals(stage.states, ["up", "down", "down", "down", "down", "up"]);
});

Deno.test("StoreWatch: an outage over several lives of the writer is one: told once, with all of its reasons, until it ends", () => {
  for (
    const [fault, startMs, seconds] of [
      [FULL, 0, 11],
      [ABSENT, 20_000, 11],
      // It is told when nothing has been confirmed for four seconds.
      [null, 20_000, 8],
    ] as const
  ) {
    const first = new Stage();
    first.run(3_000);
    first.isAnswering = false;
    if (fault !== null) first.watch.failed(fault);
    first.run(6_000);
    assertEquals(first.lines.length, 1);
    const second = first.nextLife(startMs, 1_000);
    second.isAnswering = false;
    second.run(1_000);
    assertEquals([second.states, second.lines], [["down"], []]);
    if (fault !== null) second.watch.failed(fault);
    second.run(1_000);
    assertEquals(second.lines, []);
    second.watch.failed(READ_ONLY);
    second.run(250);
    assertMatch(
      second.lines.join(),
      /^warn: the database still cannot be written, now because: it is/,
    );
    const third = second.nextLife(startMs, 1_000);
    third.isAnswering = false;
    third.watch.failed(READ_ONLY);
    third.run(1_000);
    assertEquals(third.lines, []);
    third.isAnswering = true;
    third.run(250);
    assertEquals(third.lines, [`info: the database is back after ${seconds} s`]);
    assertEquals(third.nextLife(startMs, 0).watch.outage(0), null, "it is over");
  }
});

Deno.test("StoreWatch: ever new words of a server do not fill the log", () => {
  const stage = new Stage();
  for (let n = 0; n < 100; n++) {
    stage.watch.failed({ kind: `${n}`, reason: `reason ${n}`, isComing: false });
    stage.look();
  }
  assertEquals(stage.lines.length, 8);
});

Deno.test("StoreWatch: what is coming up is no fault in its first time, what refuses is", () => {
  const stage = new Stage(20_000);
  stage.isAnswering = false;
  stage.watch.failed(ABSENT);
  stage.run(19_750);
  assertEquals([stage.state, stage.lines.length], ["starting", 0]);
  stage.run(250);
  assertEquals([stage.state, stage.lines.length], ["down", 1]);
  const other = new Stage(20_000);
  other.isAnswering = false;
  other.watch.failed(FULL);
  other.run(250);
  assertEquals(other.state, "down");
  const later = new Stage(20_000);
  later.run(1_000);
  later.isAnswering = false;
  later.watch.failed(ABSENT);
  later.run(250);
  assertEquals(later.state, "down", "it was up before");
});

Deno.test("StoreWatch: time in which this process had no turn is not held against the store", () => {
  const stage = new Stage();
  stage.run(4_000);
  stage.nowMs += 30_000;
  stage.look();
  assertEquals(stage.state, "up");
  stage.isAnswering = false;
  stage.run(4_000);
  assertEquals(stage.state, "down");
});

Deno.test("StoreWatch: a store that takes rows while old ones wait is behind, not down", () => {
  const stage = new Stage();
  stage.run(4_000);
  stage.oldestMs = stage.nowMs;
  stage.run(3_750);
  assertEquals(stage.state, "up");
  stage.run(250);
  assertEquals([stage.state, stage.lines.length], ["behind", 0]);
  stage.oldestMs = stage.nowMs;
  stage.run(250);
  assertEquals(stage.states, ["up", "behind", "up"]);
});

Deno.test("StoreWatch: what was not there yet is there with the first rows that it takes, whatever time the beat takes", () => {
  const stage = new Stage(20_000);
  stage.isAnswering = false;
  stage.watch.failed(ABSENT);
  stage.run(5_000);
  stage.watch.wrote(stage.nowMs);
  stage.run(1_000);
  assertEquals([stage.states, stage.lines], [["up"], []]);
});
