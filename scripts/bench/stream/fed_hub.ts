/**
 * A hub that simulated markets feed through real engines, under virtual time: what browsers are sent of it is counted to the
 * byte, as it is and packed as the web server packs it, the same in each run.
 */
import { DEFAULT_ALERT_RULES } from "../../../shared/catalogue/built_in_rules.ts";
import { formOf } from "../../../shared/catalogue/outputs.ts";
import { DEFAULT_SETTINGS } from "../../../shared/catalogue/settings.ts";
import type { SymbolId } from "../../../shared/market.ts";
import type { BudgetStatus } from "../../../shared/request_budget.ts";
import type { ActorId, SystemStatus } from "../../../shared/protocol.ts";
import { DEFAULT_COLUMNS, type Detail, type StreamForm } from "../../../shared/stream_view.ts";
import { TICK_MS } from "../../../actors/symbol/engine/event.ts";
import { tickPhaseMs } from "../../../actors/symbol/tick_clock.ts";
import { EventSink } from "../../../web/event_sink.ts";
import { Hub } from "../../../web/hub.ts";
import type { Interest } from "../../../web/mailbox.ts";
import { SimulatedLife } from "../../seed/simulated_life.ts";

/** When the market begins, UTC. */
const START_MS = Date.UTC(2025, 0, 1);
const SECOND_MS = 1_000;
const STREAMS_MAX = 10_000;

/** What a page wants that has these in focus, and of them what is large. */
export function benchInterest(
  form: StreamForm,
  focus: readonly SymbolId[],
  details: readonly Detail[] = [],
): Interest {
  const view = { focus, columns: DEFAULT_COLUMNS, details, pace: 10 as const, isHidden: false };
  return { symbols: null, form, view };
}

/** A browser that takes all that it is sent at once. */
export class FedBrowser {
  readonly #hub: Hub;
  readonly #onBytes: ((bytes: Uint8Array) => void) | null;
  readonly #body: ReadableStream<Uint8Array>;
  #isIdle: () => boolean = () => true;
  bytes = 0;

  /** `onBytes` sees what it is sent. */
  constructor(
    hub: Hub,
    interest: Interest,
    isPacked: boolean,
    clock: { readonly nowMs: number; readonly utcNowMs: number },
    onBytes: ((bytes: Uint8Array) => void) | null = null,
  ) {
    this.#hub = hub;
    this.#onBytes = onBytes;
    this.#body = new ReadableStream({
      start: (controller) => {
        const sink = new EventSink(controller, isPacked);
        this.#isIdle = () => sink.ready;
        const access = { mayOperate: true, hasSession: false };
        const ids = { streamId: "bench", connectionId: "bench" };
        const guest = { ...ids, address: "", session: null, untilMs: Infinity, access };
        this.#hub.join(interest, null, sink, clock, guest);
      },
    });
    void this.#read();
  }

  /** It has taken everything. */
  get isIdle(): boolean {
    return this.#isIdle();
  }

  async #read(): Promise<void> {
    for await (const bytes of this.#body) {
      this.bytes += bytes.length;
      this.#onBytes?.(bytes);
    }
  }
}

/** The hub, its markets and its browsers. */
export class FedHub {
  readonly hub = new Hub(
    1,
    3 * SECOND_MS,
    { sseMax: STREAMS_MAX, sseMaxPerAddress: STREAMS_MAX },
    DEFAULT_SETTINGS,
  );
  readonly #symbols: readonly SymbolId[];
  readonly #lives: readonly SimulatedLife[];
  /** In the order in which they speak within a tick. */
  readonly #speakers: readonly { readonly life: SimulatedLife; readonly phaseMs: number }[];
  readonly #browsers: FedBrowser[] = [];
  #ms = 0;

  constructor(symbols: readonly SymbolId[]) {
    this.#symbols = symbols;
    this.#lives = symbols.map((symbol, i) =>
      new SimulatedLife({
        symbol,
        seed: i + 1,
        startMs: START_MS,
        stepMs: TICK_MS,
        silences: [],
        planted: [],
        alertRules: DEFAULT_ALERT_RULES,
        metricsIntervalMs: SECOND_MS,
        auditIntervalMs: null,
        settings: DEFAULT_SETTINGS,
        onOutput: (output) => {
          if (formOf(output).web !== "none") this.hub.publish(output);
        },
      })
    );
    this.#speakers = this.#lives
      .map((life, i) => ({ life, phaseMs: tickPhaseMs(symbols[i] ?? "") }))
      .sort((a, b) => a.phaseMs - b.phaseMs);
    this.hub.setSystem(this.#system());
  }

  /** Opens a browser's stream; a test may look at what it is sent. */
  open(interest: Interest, isPacked: boolean, onBytes?: (bytes: Uint8Array) => void): FedBrowser {
    const clock = { nowMs: this.#ms, utcNowMs: START_MS + this.#ms };
    const browser = new FedBrowser(this.hub, interest, isPacked, clock, onBytes);
    this.#browsers.push(browser);
    for (const [i, symbol] of this.#symbols.entries()) {
      this.#lives[i]?.focus(this.hub.inFocus?.has(symbol) ?? true);
    }
    return browser;
  }

  /** So many seconds pass: each symbol speaks at its own moment of each tick, and what it says leaves when that is due. */
  async run(seconds: number): Promise<void> {
    const endMs = this.#ms + seconds * SECOND_MS;
    while (this.#ms < endMs) {
      const fromMs = this.#ms;
      for (const { life, phaseMs } of this.#speakers) {
        await this.#pass(fromMs + phaseMs);
        life.step();
      }
      await this.#pass(fromMs + TICK_MS);
      if (this.#ms % SECOND_MS === 0) this.hub.setSystem(this.#system());
      this.hub.flush(this.#ms, START_MS + this.#ms);
      await this.#untilTaken();
    }
  }

  /** Time goes on until then. */
  async #pass(untilMs: number): Promise<void> {
    while (this.hub.dueMs <= untilMs) {
      this.#ms = Math.max(this.#ms, this.hub.dueMs);
      this.hub.flushDue(this.#ms, START_MS + this.#ms);
      await this.#untilTaken();
    }
    this.#ms = untilMs;
  }

  async #untilTaken(): Promise<void> {
    while (this.#browsers.some(({ isIdle }) => !isIdle)) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  /** Ends every stream. */
  end(): void {
    this.hub.end();
  }

  /** Everything runs, and the budget is in use. */
  #system(): SystemStatus {
    const second = this.#ms / SECOND_MS;
    const ids: readonly ActorId[] = [
      "writer",
      "web",
      ...this.#symbols.map((symbol): ActorId => `symbol:${symbol}`),
    ];
    const budget: BudgetStatus = {
      usedWeight: 120 + second % 60,
      ownWeight: 120 + second % 60,
      toldWeight: 120 + second % 60,
      othersWeight: 0,
      weightLimit: 6_000,
      usedConnections: this.#symbols.length,
      connectionLimit: 300,
      unreported: second % 2,
      waiting: { probe: 0, resync: 0, sync: 0, widen: 0, audit: 0, renew: 0 },
      refused: 0,
      start: null,
      ban: null,
    };
    const up = { state: "up", reason: null, sinceMs: START_MS } as const;
    return {
      type: "system",
      timeMs: START_MS + this.#ms,
      startedMs: START_MS,
      source: { kind: "simulation", label: "SIMULATED" },
      exchange: { state: "reached", reason: null },
      clock: { offsetMs: -3 + second % 3, roundTripMs: 40 },
      budget,
      stores: { database: up, redis: null },
      symbols: this.#symbols,
      children: ids.map((actorId) => ({
        actorId,
        state: "running",
        reason: null,
        incarnation: START_MS,
        restarts: 0,
        gauges: {
          frames: 1_000 * second,
          exchangeToReceiveP50Ms: 12.3 + second % 3,
          exchangeToReceiveP99Ms: 87.6 + second % 7,
          receiveToComputedP50Ms: 0.021,
          receiveToComputedP99Ms: 0.43,
          computedToSentP50Ms: 48.1,
          computedToSentP99Ms: 99.7 + second % 2,
        },
      })),
    };
  }
}
