/**
 * ExchangeClock: asks the exchange what time it is, once a minute (weight 1), for all actors of
 * this process. Symbols are told the offset to our clock (`clock_offset`), and measure with it how
 * long their numbers take; `system` carries it as `clock`.
 */
import { monotonicMs, utcNowMs } from "../../shared/clock.ts";
import { log } from "../../shared/log.ts";
import type { ClockStatus } from "../../shared/protocol.ts";
import { ClockOffset } from "./clock_offset.ts";
import { callExchange, type ExchangeClient } from "./exchange_client.ts";

const INTERVAL_MS = 60_000;
/** So much more or less: many monitors must not ask in the same moment. */
const JITTER = 0.1;
/** An answer that takes longer tells too little of the time. */
const REQUEST_TIMEOUT_MS = 5_000;

/** What the clock is told once. */
export interface ExchangeClockOptions {
  readonly client: ExchangeClient;
  /** In [0, 1), for jitter only. */
  readonly random: () => number;
  /** After each answer. */
  readonly onMeasured: (clock: ClockStatus) => void;
  /** For tests. */
  readonly intervalMs?: number;
}

/** The offset to the exchange's clock, kept fresh. */
export class ExchangeClock {
  readonly #options: ExchangeClockOptions;
  readonly #offset = new ClockOffset();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor(options: ExchangeClockOptions) {
    this.#options = options;
  }

  /** As it is known now; `null`: not yet. */
  get status(): ClockStatus | null {
    return this.#offset.status(utcNowMs() - monotonicMs());
  }

  /** Asks at once, and then again and again until `stop`. */
  start(): void {
    void this.#round();
  }

  /** Asks no more, and tells nothing of what is still on its way. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** A call that fails changes nothing; the next one is the retry. */
  async #round(): Promise<void> {
    try {
      await this.#ask();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log("debug", "exchange", `its clock could not be asked: ${reason}`);
    }
    if (this.#isStopped) return;
    const { intervalMs = INTERVAL_MS, random, onMeasured } = this.#options;
    const { status } = this;
    if (status !== null) onMeasured(status);
    const delayMs = intervalMs * (1 - JITTER + 2 * JITTER * random());
    this.#timer = setTimeout(() => void this.#round(), delayMs);
  }

  async #ask(): Promise<void> {
    const { client } = this.#options;
    const { timeRequest } = client.venue;
    const reply = await callExchange(client, timeRequest, "renew", REQUEST_TIMEOUT_MS);
    this.#offset.add(reply.value, reply.askedMs, reply.heardMs);
  }
}
