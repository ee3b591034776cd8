/**
 * The start of two hundred symbols in virtual time, against the look-alike's own count: what it costs, in which
 * order, and how long the budget makes it. Each symbol asks as its engine does: for a connection, then for a
 * small book, and a second after that for all levels, and for a snapshot to compare with now and then.
 */
import { assert, assertEquals } from "@std/assert";
import { ColdStart } from "../../actors/exchange_desk/cold_start.ts";
import { ExchangeBudget } from "../../actors/exchange_desk/exchange_budget.ts";
import { depthWeight, LIMITS } from "../../actors/venue/binance_spot/request_weight.ts";
import { RequestWeight } from "../../scripts/exchange/request_weight.ts";
import { type ExchangeAnswer, NO_ANSWER } from "../../shared/exchange_answer.ts";
import type { PermitPriority } from "../../shared/request_budget.ts";
import { randomOf } from "../support/random.ts";

const SYMBOLS = 200;
const FIRST = depthWeight(1_000);
const WHOLE = depthWeight(5_000);
const MINUTE_MS = 60_000;
/** What all first books weigh over what a minute has for them. */
const BUDGET_MS = SYMBOLS * FIRST / (6_000 * 0.9 * 0.95) * MINUTE_MS;
/** Between the starts of two actors. */
const START_STEP_MS = 150;
const STEP_MS = 25;

interface Grant {
  readonly rank: number;
  readonly priority: PermitPriority;
  readonly weight: number;
  readonly atMs: number;
}

/** What is unlike an ordinary start. */
interface Trouble {
  /** Never opens a connection. */
  readonly dead?: number;
  /** Its actor is in quarantine. */
  readonly out?: number;
  /** The exchange refuses all calls from then on, for so long. */
  readonly ban?: { readonly atMs: number; readonly forMs: number };
}

/** One start. Time goes in steps. */
class Stage {
  readonly start = new ColdStart();
  readonly counter = new RequestWeight();
  readonly grants: Grant[] = [];
  /** By rank, when each had its first book. */
  readonly bookedMs: number[] = [];
  nowMs = 0;
  readonly #budget: ExchangeBudget;
  readonly #random: () => number;
  readonly #trouble: Trouble;
  readonly #minuteOffsetMs: number;
  #due: { readonly atMs: number; readonly act: () => void }[] = [];
  #id = 0;
  #answers = new Map<string, (answer: ExchangeAnswer) => void>();

  constructor(seed: number, trouble: Trouble = {}) {
    this.#random = randomOf(seed);
    this.#trouble = trouble;
    this.#minuteOffsetMs = this.#random() * MINUTE_MS;
    this.#budget = new ExchangeBudget(LIMITS, this.#random);
    for (let rank = 0; rank < SYMBOLS; rank++) {
      if (rank !== trouble.out) this.#after(rank * START_STEP_MS, () => this.#connect(rank));
    }
    const { ban } = trouble;
    if (ban !== undefined) {
      this.#after(ban.atMs, () => {
        const answer = { status: 418, usedWeight: null, retryAfterMs: ban.forMs };
        this.#budget.feedback("x", 0, answer, this.nowMs);
      });
    }
    this.#look();
  }

  /** When the last of those that are waited for can have its book. */
  get lastMs(): number | null {
    return this.#budget.firstBooksMs(this.start.awaited, this.nowMs);
  }

  get ownWeight(): number {
    return this.#budget.status(this.nowMs).ownWeight;
  }

  runTo(untilMs: number): void {
    while (this.nowMs < untilMs) {
      const due = this.#due.filter(({ atMs }) => atMs <= this.nowMs);
      this.#due = this.#due.filter(({ atMs }) => atMs > this.nowMs);
      for (const { act } of due) act();
      for (const { owner, id, rank, priority, weight, kind } of this.#budget.grants(this.nowMs)) {
        if (kind === "rest") this.grants.push({ rank, priority, weight, atMs: this.nowMs });
        const answer = this.#answers.get(`${owner} ${id}`);
        this.#after(this.#delay(), () => answer?.(this.#answerOf(kind, weight)));
      }
      this.nowMs += STEP_MS;
    }
  }

  /** Time from a grant to the exchange, or back. */
  #delay(): number {
    return 20 + this.#random() * 200;
  }

  #after(afterMs: number, act: () => void): void {
    this.#due.push({ atMs: this.nowMs + afterMs, act });
  }

  #answerOf(kind: "rest" | "connection", weight: number): ExchangeAnswer {
    if (kind === "connection") return NO_ANSWER;
    const { used } = this.counter.take("here", weight, this.nowMs + this.#minuteOffsetMs);
    return { status: 200, usedWeight: used, retryAfterMs: null };
  }

  #ask(
    rank: number,
    kind: "rest" | "connection",
    weight: number,
    priority: PermitPriority,
    then: () => void,
  ): void {
    const [owner, id] = [`s${rank}`, ++this.#id];
    this.#answers.set(`${owner} ${id}`, (answer) =>
      this.#after(this.#delay(), () => {
        this.#budget.feedback(owner, id, answer, this.nowMs);
        then();
      }));
    assert(this.#budget.request({ owner, id, kind, weight, priority, rank }, this.nowMs));
  }

  #connect(rank: number): void {
    this.#ask(rank, "connection", 1, "sync", () => {
      if (rank === this.#trouble.dead) this.#after(10_000, () => this.#connect(rank));
      else this.#after(100, () => this.#book(rank));
    });
  }

  #book(rank: number): void {
    this.#ask(rank, "rest", FIRST, "sync", () => {
      this.bookedMs[rank] = this.nowMs;
      this.#after(1_000, () => this.#ask(rank, "rest", WHOLE, "widen", () => {}));
      this.#after(10_000, () => this.#ask(rank, "rest", WHOLE, "audit", () => {}));
    });
  }

  #look(): void {
    const standings = Array.from({ length: SYMBOLS }, (_, rank) => ({
      symbol: `s${rank}`,
      stands: rank === this.#trouble.out
        ? "out" as const
        : this.nowMs < rank * START_STEP_MS
        ? "coming" as const
        : "running" as const,
      hasBook: this.bookedMs[rank] !== undefined,
    }));
    this.start.look(standings, (owner) => this.#budget.isHeldUp(owner, this.nowMs), this.nowMs);
    this.#budget.setStarting(!this.start.isOver);
    this.#after(1_000, () => this.#look());
  }
}

const others = ({ grants }: Stage) => grants.filter(({ priority }) => priority !== "sync");

for (const seed of [1, 2, 3]) {
  Deno.test(`200 symbols start within the budget's time, first books first and in order (seed ${seed})`, () => {
    const stage = new Stage(seed);
    stage.runTo(4 * MINUTE_MS);
    const books = stage.grants.filter(({ priority }) => priority === "sync");
    // As they come to ask, which may be a moment out of order; and those that must wait in the list's order.
    books.forEach(({ rank }, i) => assert(Math.abs(rank - i) <= 5, `${rank} in place ${i}`));
    const waited = books.filter(({ atMs }) => atMs >= MINUTE_MS).map(({ rank }) => rank);
    assertEquals(waited, waited.toSorted((a, b) => a - b));
    assert(waited.length > 50, `${waited.length} must wait`);
    assertEquals(books.reduce((sum, { weight }) => sum + weight, 0), 10_000, "nothing twice");
    const lastMs = Math.max(...stage.bookedMs);
    assert(lastMs <= BUDGET_MS * 1.1, `${lastMs} ms, of which the budget makes ${BUDGET_MS}`);
    assert(stage.start.isOver);
    assert(others(stage).every(({ atMs }) => atMs >= lastMs), "what comes after them comes after");
    assert(others(stage).length > 20, "and it does come");
    const { most, refused } = stage.counter.account;
    assert(most <= 5_400 && most > 4_000 && refused === 0, `${most} by the exchange's own count`);
  });
}

Deno.test("A symbol that cannot have a book holds nobody up for ever, and is told as left out", () => {
  const stage = new Stage(4, { dead: 3, out: 5 });
  stage.runTo(MINUTE_MS);
  assertEquals([others(stage).length, stage.start.awaited.includes("s3")], [0, true]);
  assertEquals(stage.start.leftOut, ["s5"]);
  stage.runTo(6 * MINUTE_MS);
  assertEquals([stage.start.isOver, stage.start.booked], [true, SYMBOLS - 2]);
  assertEquals(stage.start.leftOut, ["s3", "s5"]);
  assert(others(stage).length > 20);
});

Deno.test("What the budget expects of the last book is near what comes, and a ban in the middle moves it", () => {
  const calm = new Stage(5);
  assertEquals(calm.lastMs, null, "what a book costs is not known yet");
  calm.runTo(40_000);
  const expectedMs = calm.lastMs ?? NaN;
  calm.runTo(2 * MINUTE_MS);
  const lastMs = Math.max(...calm.bookedMs);
  const isNear = (one: number, other: number) => Math.abs(one - other) < 12_000;
  assert(isNear(lastMs, expectedMs), `${expectedMs} was expected, ${lastMs} came`);

  const banned = new Stage(5, { ban: { atMs: 40_000, forMs: 90_000 } });
  banned.runTo(39_000);
  assert(isNear(banned.lastMs ?? NaN, expectedMs));
  banned.runTo(42_000);
  const movedMs = banned.lastMs ?? NaN;
  assert(movedMs >= 130_000, `${movedMs}: nothing is granted before the ban is over`);
  banned.runTo(4 * MINUTE_MS);
  const bannedMs = Math.max(...banned.bookedMs);
  assert(isNear(bannedMs, movedMs), `${movedMs} was expected, ${bannedMs} came`);
  assertEquals(banned.start.leftOut, [], "a ban tries nobody's patience");
});
