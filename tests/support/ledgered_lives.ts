/** Lives of a whole monitor beside a look-alike exchange that outlives them, and what each was sent and had shown. */
import type { AlertEvent, DataState } from "../../shared/output.ts";
import { readSegment } from "../../actors/writer/spool_format.ts";
import type { SentEntry } from "../../scripts/exchange/ledger.ts";
import { eventually } from "./eventually.ts";
import type { TrueExchange } from "./market_truth.ts";
import { getJson, type Monitor, startMonitor } from "./monitor.ts";

const DEADLINE_MS = 180_000;
/** So far back a newest row is looked for. */
const LOOK_BACK_MS = 60_000;
const ROWS_READ = 1_000;
const ALERTS_READ = 100;

interface Columns {
  readonly timeMs: readonly number[];
  readonly state: readonly (DataState | null)[];
}

/** One life of the process, as the exchange and a reader of the API know it; times are UTC. */
export interface Life {
  readonly startMs: number;
  /** When it was asked to end, and when its process was gone. */
  readonly askedMs: number;
  readonly goneMs: number;
  /** By symbol: what it was sent. */
  readonly sent: ReadonlyMap<string, readonly SentEntry[]>;
  /** By symbol: the newest row of metrics that somebody could read, or that was in the spool when the process was gone. */
  readonly safeMs: ReadonlyMap<string, number>;
}

/** One life after another. */
export class LedgeredLives {
  readonly #truth: TrueExchange;
  readonly #dataDir: string;
  readonly #marks: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly ended: Life[] = [];
  /** The highest revision of each alert that somebody could read. */
  readonly revisions = new Map<string, number>();
  #safeMs = new Map<string, number>();
  #living: { readonly monitor: Monitor; readonly startMs: number; readonly before: number } | null =
    null;

  /** `marks`: an empty folder, see `mortal_monitor.ts`. */
  constructor(
    truth: TrueExchange,
    folders: { readonly dataDir: string; readonly marks: string },
    environment: Readonly<Record<string, string>>,
  ) {
    const { exchange } = truth;
    this.#truth = truth;
    this.#dataDir = folders.dataDir;
    this.#marks = folders.marks;
    this.#environment = {
      ...environment,
      DATA_DIR: folders.dataDir,
      SYMBOLS: exchange.symbols.join(),
      EXCHANGE_REST_URL: exchange.restUrl,
      EXCHANGE_WS_URL: exchange.wsUrl,
    };
  }

  start(): void {
    const before = this.#truth.newestConnection;
    const startMs = Date.now();
    const program = ["tests/support/mortal_monitor.ts"];
    this.#safeMs = new Map();
    this.#living = {
      monitor: startMonitor(this.#environment, [this.#marks], program),
      startMs,
      before,
    };
  }

  /** Everything that this life has said. */
  get log(): string {
    return this.#living?.monitor.log() ?? "";
  }

  /** Waits until rows of each symbol can be read that are younger than now. */
  async untilNewRows(): Promise<void> {
    const url = await this.#life.monitor.url();
    const sinceMs = Date.now();
    await eventually(
      async () => {
        await this.#read(url);
        const { symbols } = this.#truth.exchange;
        return symbols.every((symbol) => (this.#safeMs.get(symbol) ?? 0) > sinceMs);
      },
      "new rows can be read",
      DEADLINE_MS,
    );
  }

  /** Reads the newest rows and alerts: whatever somebody has read is there for good. */
  async look(): Promise<void> {
    await this.#read(await this.#life.monitor.url());
  }

  /** Waits until the exchange has sent each symbol something in this life. */
  async untilSent(): Promise<void> {
    const { before } = this.#life;
    await eventually(
      () =>
        this.#truth.exchange.symbols.every((symbol) =>
          this.#truth.sentSince(symbol, before).some(({ lastId }) => lastId !== null)
        ),
      "it listens to the exchange",
      DEADLINE_MS,
    );
  }

  /** Ends a worker in the middle of whatever it does; resolves when that is done. */
  async crash(worker: "writer" | "store"): Promise<void> {
    const mark = `${this.#marks}/${worker}`;
    await Deno.writeTextFile(mark, "");
    await eventually(() => !isThere(mark), `the ${worker} is ended`, DEADLINE_MS);
  }

  /** Ends this life, and keeps what it was sent; resolves with the exit code. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<number> {
    const { monitor, startMs, before } = this.#life;
    const askedMs = Date.now();
    const code = await monitor.end(signal);
    const goneMs = Date.now();
    this.#living = null;
    this.#readSpool();
    const { symbols } = this.#truth.exchange;
    // What was in hand when the process ended was sent to it all the same.
    const sent = new Map(
      symbols.map((symbol) => [symbol, this.#truth.sentSince(symbol, before)] as const),
    );
    this.ended.push({ startMs, askedMs, goneMs, sent, safeMs: this.#safeMs });
    return code;
  }

  /** Ends what lives, whatever that is worth. */
  async stop(): Promise<void> {
    await this.#living?.monitor.end("SIGKILL");
  }

  get #life() {
    if (this.#living === null) throw new TypeError("Cannot ask a monitor: none lives");
    return this.#living;
  }

  async #read(url: string): Promise<void> {
    const from = Date.now() - LOOK_BACK_MS;
    for (const symbol of this.#truth.exchange.symbols) {
      const path = `/api/metrics?symbol=${symbol}&from=${from}&columns=mid&limit=${ROWS_READ}`;
      const answer = await getJson<{ columns: Columns }>(url + path).catch(() => null);
      const { timeMs = [], state = [] } = answer?.columns ?? {};
      // Where there is no row a point without a state stands for the hole.
      this.#isSafe(symbol, timeMs[state.findLastIndex((of) => of !== null)] ?? 0);
    }
    const alerts = await getJson<{ alerts: AlertEvent[] }>(`${url}/api/alerts?limit=${ALERTS_READ}`)
      .catch(() => null);
    for (const { alertId, revision } of alerts?.alerts ?? []) {
      this.revisions.set(alertId, Math.max(revision, this.revisions.get(alertId) ?? 0));
    }
  }

  #readSpool(): void {
    const folder = `${this.#dataDir}/spool`;
    if (!isThere(folder)) return;
    for (const { name } of Deno.readDirSync(folder)) {
      if (!name.endsWith(".jsonl")) continue;
      const reading = readSegment(Deno.readTextFileSync(`${folder}/${name}`));
      if (reading.kind !== "read") continue;
      for (const item of reading.records.flatMap(({ items }) => items)) {
        if (item.type === "metrics") this.#isSafe(item.symbol, item.timeMs);
      }
    }
  }

  #isSafe(symbol: string, timeMs: number): void {
    this.#safeMs.set(symbol, Math.max(timeMs, this.#safeMs.get(symbol) ?? 0));
  }
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
