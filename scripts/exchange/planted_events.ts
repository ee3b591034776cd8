/** Carries out the planted events of one symbol, one at a time, and writes down what was done and when. */
import { assertNever } from "../../shared/assert_never.ts";
import type { OrderFlow } from "./order_flow.ts";
import type { PlantedEvent, PlantedTruth } from "./planted_event.ts";

/** Kept at most: the newest. */
const TRUTHS_MAX = 1_000;
/** Between two steps of a burst. */
const STEP_MS = 200;

/** What is going on, and what is to be done next about it. */
interface Running {
  readonly event: PlantedEvent;
  readonly fromMs: number;
  readonly endMs: number;
  nextStepMs: number;
  isTurned: boolean;
}

/** The events of one symbol. */
export class PlantedEvents {
  readonly #coming: Iterator<PlantedEvent>;
  readonly #truths: PlantedTruth[] = [];
  #next: PlantedEvent | null;
  #running: Running | null = null;

  constructor(events: Iterable<PlantedEvent>) {
    this.#coming = events[Symbol.iterator]();
    this.#next = this.#coming.next().value ?? null;
  }

  /** What has been done so far, oldest first. */
  get truths(): readonly PlantedTruth[] {
    return this.#truths;
  }

  /** Begins, goes on with or ends an event; called before each action of the flow. */
  attend(flow: OrderFlow, nowMs: number): void {
    if (this.#running !== null) return this.#goOn(flow, this.#running, nowMs);
    if (this.#next === null || nowMs < this.#next.atMs) return;
    const event = this.#next;
    this.#next = this.#coming.next().value ?? null;
    const lengthMs = event.kind === "sweep"
      ? 0
      : event.kind === "flip"
      ? 2 * event.forMs
      : event.forMs;
    this.#running = {
      event,
      fromMs: nowMs,
      endMs: nowMs + lengthMs,
      nextStepMs: nowMs,
      isTurned: false,
    };
    this.#truths.push({ event, fromMs: nowMs, toMs: null });
    if (this.#truths.length > TRUTHS_MAX) this.#truths.shift();
    this.#begin(flow, event, nowMs);
  }

  #begin(flow: OrderFlow, event: PlantedEvent, nowMs: number): void {
    const isBid = event.side === "bid";
    switch (event.kind) {
      case "pressure":
      case "flip":
        return flow.press(isBid, nowMs);
      case "sweep":
        return flow.move(isBid ? -flow.ticksOf(event.bps) : flow.ticksOf(event.bps), nowMs);
      case "burst":
        return;
      case "widen":
        return flow.widen(isBid, event.ticks, nowMs + event.forMs, nowMs);
      case "wall":
        return flow.raiseWall(isBid, event.bps, event.usd, nowMs);
      default:
        return assertNever(event.kind, "plant an event");
    }
  }

  #goOn(flow: OrderFlow, running: Running, nowMs: number): void {
    const { event, fromMs, endMs } = running;
    if (event.kind === "flip" && !running.isTurned && nowMs >= fromMs + event.forMs) {
      running.isTurned = true;
      flow.press(event.side !== "bid", nowMs);
    }
    if (event.kind === "burst" && nowMs >= running.nextStepMs && nowMs < endMs) {
      running.nextStepMs += STEP_MS;
      const ticks = flow.ticksOf(event.bps * STEP_MS / event.forMs);
      flow.move(event.side === "bid" ? -ticks : ticks, nowMs);
    }
    if (nowMs < endMs) return;
    if (event.kind === "wall") flow.pullWall(nowMs);
    flow.release(nowMs);
    this.#truths.push({ ...(this.#truths.pop() ?? { event, fromMs }), toMs: nowMs });
    this.#running = null;
  }
}
