/**
 * A process that feeds a real writer as symbols do, one row a second each, or as fast as it takes them. It takes one
 * JSON argument, `FeederArgs`, and says on standard output, one JSON line each, how many rows were acknowledged: none as
 * soon as the writer is ready. It ends when its standard input does.
 */
// deno-lint-ignore-file no-console
import { DEFAULT_SETTINGS } from "../../../shared/catalogue/settings.ts";
import type { DatabaseAddress } from "../../../shared/protocol.ts";
import { SIMULATION, startWriter, SymbolPort } from "../../../tests/integration/writer_stage.ts";
import { symbolNames } from "./extent.ts";
import { secondOf } from "./frame.ts";

/** Rows that are sent as fast as they are taken. */
export interface Burst {
  /** Of each symbol. */
  readonly rows: number;
  /** When the last of them ends, a whole second, UTC. */
  readonly endMs: number;
}

/** What the process is told. */
export interface FeederArgs {
  readonly database: DatabaseAddress;
  /** Of its spool. */
  readonly dataDir: string;
  readonly symbols: number;
  /** `null`: a row a second of each symbol, on and on. */
  readonly burst: Burst | null;
}

/** What it says. */
export interface Fed {
  readonly acked: number;
}

const SECOND_MS = 1_000;
/** As a symbol's outbox has it. */
const WINDOW_MAX = 4;
/** Rows of one delivery in a burst. */
const DELIVERY_ROWS = 50;

/** One symbol's deliveries. */
class FedSymbol {
  readonly #name: string;
  readonly #port: SymbolPort;
  readonly #waiting: number[] = [];
  readonly #sent: number[] = [];
  readonly #onAcked: (rows: number) => void;
  #seq = 0;
  #ackedSeq = 0;

  constructor(
    name: string,
    connect: (onAck: (seq: number) => void) => SymbolPort,
    onAcked: (rows: number) => void,
  ) {
    this.#name = name;
    this.#onAcked = onAcked;
    this.#port = connect((seq) => this.#acked(seq));
  }

  /** The writer's store is open, and has said what it remembers. */
  async ready(): Promise<void> {
    await this.#port.remembered();
  }

  /** Rows that end at these times. */
  offer(timesMs: readonly number[]): void {
    this.#waiting.push(...timesMs);
    this.#pump();
  }

  #pump(): void {
    while (this.#sent.length < WINDOW_MAX && this.#waiting.length > 0) {
      const times = this.#waiting.splice(0, DELIVERY_ROWS);
      this.#sent.push(times.length);
      this.#port.send({
        type: "delivery",
        source: this.#name,
        incarnation: 1,
        settings: DEFAULT_SETTINGS,
        seq: ++this.#seq,
        items: times.map((timeMs) => secondOf(this.#name, timeMs)),
      });
    }
  }

  #acked(seq: number): void {
    let rows = 0;
    for (; this.#ackedSeq < seq; this.#ackedSeq++) rows += this.#sent.shift() ?? 0;
    this.#onAcked(rows);
    this.#pump();
  }
}

async function main({ database, dataDir, symbols, burst }: FeederArgs): Promise<void> {
  const writer = startWriter({ database, dataDir }, SIMULATION);
  let acked = 0;
  const tell = (rows: number) => {
    acked += rows;
    const fed: Fed = { acked };
    console.log(JSON.stringify(fed));
  };
  const fed = symbolNames(symbols).map((name) =>
    new FedSymbol(name, (onAck) => new SymbolPort(writer, name, onAck), tell)
  );
  await Promise.all(fed.map((symbol) => symbol.ready()));
  tell(0);
  if (burst === null) {
    let timeMs = Math.floor(Date.now() / SECOND_MS) * SECOND_MS;
    setInterval(() => {
      timeMs += SECOND_MS;
      for (const symbol of fed) symbol.offer([timeMs]);
    }, SECOND_MS);
  } else {
    const { rows, endMs } = burst;
    const times = Array.from({ length: rows }, (_, i) => endMs - (rows - 1 - i) * SECOND_MS);
    for (const symbol of fed) symbol.offer(times);
  }
  for await (const _ of Deno.stdin.readable);
  await writer.drain();
  Deno.exit(0);
}

if (import.meta.main) await main(JSON.parse(Deno.args[0] ?? ""));
