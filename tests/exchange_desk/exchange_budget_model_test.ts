/**
 * The budget against an exchange that counts by its own clock, in random histories: permits lie for minutes
 * before a slow machine uses them, calls arrive late and in any order, answers overtake each other or never
 * come, actors die, with calls of theirs on the way, and change their minds, and others use the same address.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type BudgetRequest,
  ExchangeBudget,
  PRIORITIES,
} from "../../actors/exchange_desk/exchange_budget.ts";
import { LIMITS } from "../../actors/venue/binance_spot/request_weight.ts";
import { type ExchangeAnswer, NO_ANSWER } from "../../shared/exchange_answer.ts";
import { RequestWeight } from "../../scripts/exchange/request_weight.ts";
import { randomOf } from "../support/random.ts";

/** Others' traffic is chance: the same histories each time, so that a failure is a change of ours. */
const SEED = 20_260_801;
const LIMIT = 6_000;
const ACTORS = 30;
const STEP_MS = 250;
const STEPS = 1_600;
const MINUTE_MS = 60_000;
/** Who has waited this long grows more urgent. */
const PATIENCE_MS = 15 * MINUTE_MS;

interface Arrival {
  readonly atMs: number;
  readonly weight: number;
  readonly kind: "rest" | "connection" | "foreign";
}

interface Granted extends BudgetRequest {
  readonly atMs: number;
}

/** One history: a budget, its actors, and the exchange. Time goes in steps and to each due moment. */
class History {
  readonly random: () => number;
  readonly budget: ExchangeBudget;
  readonly arrivals: Arrival[] = [];
  readonly granted: Granted[] = [];
  /** Bans as the exchange told them. */
  readonly bans: { readonly fromMs: number; readonly untilMs: number }[] = [];
  readonly waiting = new Map<string, BudgetRequest & { readonly askedMs: number }>();
  nowMs = 0;
  /** The most that the exchange had counted in its minute when one of our calls came. */
  usedMost = 0;
  /** The most that was told of others. */
  othersMost = 0;
  readonly #toldWeights = new Set<number>();
  #due: { readonly atMs: number; readonly act: () => void }[] = [];
  /** Lives of each actor so far: a permit of an earlier one is used by nobody. */
  readonly #deaths = new Map<string, number>();
  #ids = 0;
  /** The look-alike's own count, whose minutes begin anywhere in ours. */
  readonly #counter = new RequestWeight();
  readonly #minuteOffsetMs: number;

  constructor(seed: number) {
    this.random = randomOf(seed);
    this.budget = new ExchangeBudget(LIMITS, this.random);
    this.#minuteOffsetMs = this.random() * MINUTE_MS;
  }

  step(pressure: number): void {
    const untilMs = this.nowMs + STEP_MS;
    if (this.random() < pressure) this.#ask();
    // Others behind the same address: about 1,000 a minute.
    if (this.random() < 0.2) this.#arrive("foreign", 20);
    if (this.random() < 0.01) this.#changeMind();
    if (this.random() < 0.003) this.#die(`actor ${Math.floor(this.random() * ACTORS)}`);
    this.#turn();
    for (;;) {
      const next = Math.min(
        this.#due.reduce((soonest, { atMs }) => Math.min(soonest, atMs), Infinity),
        this.budget.nextMs(this.nowMs) ?? Infinity,
      );
      if (next > untilMs) break;
      this.nowMs = Math.max(this.nowMs, next);
      const due = this.#due.filter(({ atMs }) => atMs <= this.nowMs);
      this.#due = this.#due.filter(({ atMs }) => atMs > this.nowMs);
      for (const { act } of due) act();
      this.#turn();
    }
    this.nowMs = untilMs;
    this.#look();
  }

  /** What is told holds against what has happened. */
  #look(): void {
    const { usedWeight, ownWeight, toldWeight, othersWeight } = this.budget.status(this.nowMs);
    assert(ownWeight <= LIMIT * 0.9, `our own count is ${ownWeight}`);
    assertEquals(usedWeight, Math.max(ownWeight, toldWeight ?? 0), "one of the two counts");
    assert(toldWeight === null || this.#toldWeights.has(toldWeight), "the exchange has said so");
    // The reading is at most a minute old, and its minute began a minute before; its way took some time.
    const fromMs = this.nowMs - 3 * MINUTE_MS;
    let foreign = 0;
    for (let i = this.arrivals.length - 1; (this.arrivals[i]?.atMs ?? -Infinity) >= fromMs; i--) {
      const { kind = "rest", weight = 0 } = this.arrivals[i] ?? {};
      if (kind === "foreign") foreign += weight;
    }
    assert(othersWeight <= foreign, `${othersWeight} of others, who have used ${foreign}`);
    this.othersMost = Math.max(this.othersMost, othersWeight);
  }

  #ask(): void {
    const rank = Math.floor(this.random() * ACTORS);
    const isConnection = this.random() < 0.1;
    const request: BudgetRequest = {
      owner: `actor ${rank}`,
      id: ++this.#ids,
      kind: isConnection ? "connection" : "rest",
      weight: isConnection ? 1 : [1, 4, 50, 50, 250][Math.floor(this.random() * 5)] ?? 1,
      priority: PRIORITIES[Math.floor(this.random() * PRIORITIES.length)] ?? "audit",
      rank,
    };
    if (!this.budget.request(request, this.nowMs)) return;
    this.waiting.set(`${request.owner} ${request.id}`, { ...request, askedMs: this.nowMs });
  }

  #turn(): void {
    for (const request of this.budget.grants(this.nowMs)) {
      this.#checkOrder(request);
      this.waiting.delete(`${request.owner} ${request.id}`);
      this.granted.push({ ...request, atMs: this.nowMs });
      this.#use(request);
    }
  }

  #arrive(kind: Arrival["kind"], weight: number): number {
    this.arrivals.push({ atMs: this.nowMs, weight, kind });
    if (kind === "connection") return 0;
    const { used } = this.#counter.take("here", weight, this.nowMs + this.#minuteOffsetMs);
    if (kind === "rest") this.usedMost = Math.max(this.usedMost, used);
    return used;
  }

  /** Uses a permit, at once or when a slow machine comes to it; one whose owner died before is not used. */
  #use(request: BudgetRequest): void {
    const life = this.#deaths.get(request.owner);
    const lateMs = this.random() < 0.03 ? this.random() * 3 * MINUTE_MS : 0;
    if (lateMs === 0) return this.#send(request);
    this.#due.push({
      atMs: this.nowMs + lateMs,
      act: () => {
        if (this.#deaths.get(request.owner) === life) this.#send(request);
      },
    });
  }

  #send({ owner, id, kind, weight }: BudgetRequest): void {
    const arrivesMs = this.nowMs + this.random() ** 4 * 5_000;
    const answersMs = arrivesMs + this.random() ** 4 * (this.random() < 0.02 ? 60_000 : 5_000);
    let answer: ExchangeAnswer = NO_ANSWER;
    this.#due.push({
      atMs: arrivesMs,
      act: () => {
        const used = this.#arrive(kind, weight);
        const usedWeight = kind === "rest" ? used : null;
        this.#toldWeights.add(used);
        const isRefused = kind === "rest" && this.random() < 0.002;
        answer = isRefused
          ? { status: 429, usedWeight, retryAfterMs: 10_000 }
          : { status: 200, usedWeight, retryAfterMs: null };
      },
    });
    // One answer in fifty is lost, and its caller gives up.
    const isLost = this.random() < 0.02;
    const toldMs = isLost ? this.nowMs + 10_000 : answersMs;
    this.#due.push({
      atMs: Math.max(toldMs, arrivesMs),
      act: () => {
        const told = isLost ? NO_ANSWER : answer;
        this.budget.feedback(owner, id, told, this.nowMs);
        if (told.retryAfterMs === null) return;
        this.bans.push({ fromMs: this.nowMs, untilMs: this.nowMs + told.retryAfterMs });
      },
    });
  }

  #changeMind(): void {
    const [first] = this.waiting.values();
    if (first === undefined) return;
    this.budget.cancel(first.owner, first.id);
    this.waiting.delete(`${first.owner} ${first.id}`);
  }

  #die(owner: string): void {
    this.budget.forget(owner, this.nowMs);
    this.#deaths.set(owner, (this.#deaths.get(owner) ?? 0) + 1);
    for (const [key, request] of this.waiting) {
      if (request.owner === owner) this.waiting.delete(key);
    }
  }

  /** Nobody who is more urgent waits, but for audits beyond their share and those who grew urgent. */
  #checkOrder(granted: BudgetRequest): void {
    const asked = this.waiting.get(`${granted.owner} ${granted.id}`);
    if (asked === undefined || this.nowMs - asked.askedMs >= PATIENCE_MS) return;
    const place = ({ priority, rank }: BudgetRequest) =>
      PRIORITIES.indexOf(priority) * ACTORS + rank;
    for (const other of this.waiting.values()) {
      const isApart = other.kind !== granted.kind || other.id === granted.id ||
        other.priority === "audit" && granted.priority !== "audit";
      if (isApart) continue;
      assert(place(other) >= place(granted), `${granted.owner} went before ${other.owner}`);
    }
  }
}

/** The most that any window of this length holds. */
function mostWithin(lengthMs: number, events: readonly { atMs: number; weight: number }[]): number {
  const sorted = events.toSorted((a, b) => a.atMs - b.atMs);
  let most = 0;
  let sum = 0;
  let from = 0;
  for (const { atMs, weight } of sorted) {
    sum += weight;
    while ((sorted[from]?.atMs ?? Infinity) <= atMs - lengthMs) sum -= sorted[from++]?.weight ?? 0;
    most = Math.max(most, sum);
  }
  return most;
}

function check(seed: number, pressure: number): void {
  const history = new History(seed);
  for (let i = 0; i < STEPS; i++) history.step(pressure);
  const { arrivals, granted, bans } = history;
  const rest = granted.filter(({ kind }) => kind === "rest");
  assert(rest.length > 50, "the history says something");
  const of = (kind: string) => arrivals.filter((arrival) => arrival.kind === kind);
  assert(mostWithin(MINUTE_MS, rest) <= LIMIT * 0.9, "granted in a minute");
  assert(mostWithin(MINUTE_MS, of("rest")) <= LIMIT * 0.9, "arrived in a minute");
  assert(history.othersMost > 0, "others were noticed");
  assert(history.usedMost <= LIMIT, "none of our calls is refused, though others use the address");
  const audits = rest.filter(({ priority }) => priority === "audit");
  assert(mostWithin(MINUTE_MS, audits) <= LIMIT * 0.9 * 0.2, "audits in a minute");
  assert(mostWithin(5 * MINUTE_MS, of("connection")) <= 270, "attempts in five minutes");
  for (const { fromMs, untilMs } of bans) {
    const inside = rest.filter(({ atMs }) => atMs > fromMs && atMs < untilMs);
    assertEquals(inside.length, 0, "granted during a ban");
  }
  // When nobody asks any more, everyone is served.
  for (let i = 0; i < 30 * 240 && history.waiting.size > 0; i++) history.step(0);
  const { waiting } = history.budget.status(history.nowMs);
  assertEquals(Object.values(waiting).reduce((sum, count) => sum + count, 0), history.waiting.size);
  assertEquals(history.waiting.size, 0, "everyone is served in the end");
}

Deno.test("ExchangeBudget keeps every promise in random histories, idle or crowded", () => {
  const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });
  const pressure = fc.constantFrom(0.2, 0.5, 0.95);
  fc.assert(fc.property(seed, pressure, check), { numRuns: 60, seed: SEED });
});

/** Two hundred symbols that all ask at once, in any order; `weight` is what a snapshot costs. */
function coldStart(weight: number, seed: number): Granted[] {
  const random = randomOf(seed);
  const budget = new ExchangeBudget(LIMITS, random);
  const ranks = Array.from({ length: 200 }, (_, rank) => rank).sort(() => random() - 0.5);
  for (const rank of ranks) {
    const request = { kind: "rest", weight, priority: "sync" } as const;
    budget.request({ ...request, owner: `s${rank}`, id: 1, rank }, 0);
  }
  const granted: Granted[] = [];
  for (let nowMs: number | null = 0; nowMs !== null; nowMs = budget.nextMs(nowMs)) {
    for (const request of budget.grants(nowMs)) {
      granted.push({ ...request, atMs: nowMs });
      budget.feedback(request.owner, 1, { ...NO_ANSWER, status: 200 }, nowMs);
    }
  }
  return granted;
}

for (const [weight, minutes] of [[50, 2], [250, 10]] as const) {
  Deno.test(`ExchangeBudget starts 200 symbols at weight ${weight}, in order, within ${minutes} min`, () => {
    for (let seed = 1; seed <= 5; seed++) {
      const granted = coldStart(weight, seed);
      assertEquals(granted.map(({ rank }) => rank), Array.from({ length: 200 }, (_, i) => i));
      const most = mostWithin(MINUTE_MS, granted);
      assert(most <= LIMIT * 0.9 && most > LIMIT * 0.8, `seed ${seed}: ${most} in a minute`);
      assert((granted.at(-1)?.atMs ?? Infinity) <= minutes * MINUTE_MS, `seed ${seed}`);
    }
  });
}
