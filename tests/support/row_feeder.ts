/**
 * A process of its own that feeds a real writer as symbols do, and tells on standard output what was acknowledged,
 * one line each: `<symbol> <number of the newest row>`. It takes one JSON argument, `FeederArgs`; a line on standard
 * input, `writer` or `store`, ends that worker in the middle of whatever it does and starts its next life. A store that
 * does not get ready is told on standard error and started again, at last the process ends with code 1.
 */
// deno-lint-ignore-file no-console
import type { DatabaseAddress, Delivery } from "../../shared/protocol.ts";
import type { Output } from "../../shared/output.ts";
import { SPOOL_MB, startWriter, SymbolPort } from "../integration/writer_stage.ts";
import { bucketFrame, delivery, gapRecord } from "../writer/outputs.ts";
import type { ActorUnderTest } from "./actor_worker.ts";
import { startStoreActor } from "./embedded_store.ts";
import { serverAt } from "./services.ts";

/** What the process is told. */
export interface FeederArgs {
  readonly dataDir: string;
  /** `null`: the embedded one, in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly symbols: number;
  /** Milliseconds between two rows of one symbol. */
  readonly intervalMs: number;
  /** Number of the first row; a later life goes on after the last one of the life before. */
  readonly from: number;
}

/** Of so many rows each has a gap beside it, with the row's number: a record that is never dropped. */
export const ROWS_PER_GAP = 20;
/** As a supervisor does, it starts a store again that failed; so often, and then it ends. */
const FAILURES_MAX = 5;
/** As the outbox has it. */
const WINDOW_MAX = 4;

/** One symbol: what it has not had acknowledged, as its deliveries. */
class FedSymbol {
  readonly #name: string;
  readonly #waiting: number[] = [];
  readonly #sent: { readonly message: Delivery; readonly last: number }[] = [];
  #nextSeq = 1;
  #port: SymbolPort | null = null;

  constructor(name: string) {
    this.#name = name;
  }

  connect(writer: ActorUnderTest): void {
    this.#port?.close();
    this.#port = new SymbolPort(writer, this.#name, (seq) => this.#acked(seq));
    for (const { message } of this.#sent) this.#port.send(message);
  }

  offer(number: number): void {
    this.#waiting.push(number);
    this.#pump();
  }

  #pump(): void {
    if (this.#sent.length >= WINDOW_MAX) return;
    const numbers = this.#waiting.splice(0, 500);
    const last = numbers.at(-1);
    if (last === undefined) return;
    const symbol = this.#name;
    const items = numbers.flatMap((number): Output[] => {
      const frame = bucketFrame(number, { symbol });
      return number % ROWS_PER_GAP === 0 ? [frame, gapRecord({ symbol, number })] : [frame];
    });
    const message = delivery(this.#nextSeq++, items, { source: symbol });
    this.#sent.push({ message, last });
    this.#port?.send(message);
  }

  #acked(seq: number): void {
    let last = 0;
    while (this.#sent[0] !== undefined && this.#sent[0].message.seq <= seq) {
      last = this.#sent.shift()?.last ?? 0;
    }
    if (last > 0) console.log(`${this.#name} ${last}`);
    this.#pump();
  }
}

async function main(args: FeederArgs): Promise<void> {
  const socketDir = await Deno.makeTempDir({ prefix: "obm-feeder-" });
  let failures = 0;
  const startStore = () => {
    const life = startStoreActor(args.dataDir, socketDir);
    life.report("ready").catch((error: unknown) => {
      // One that was ended while it opened is never ready.
      if (life !== store) return;
      console.error("The feeder's store failed:", error);
      if (++failures > FAILURES_MAX) Deno.exit(1);
      life.crash();
      store = startStore();
    });
    return life;
  };
  const database: DatabaseAddress = args.databaseUrl === null
    ? { kind: "embedded", socketDir }
    : serverAt(args.databaseUrl);
  let store: ActorUnderTest | null = null;
  if (args.databaseUrl === null) store = startStore();
  let writer = startWriter({ spoolMaxMb: SPOOL_MB, database, dataDir: args.dataDir });
  const symbols = Array.from({ length: args.symbols }, (_, n) => new FedSymbol(`S${n}`));
  for (const symbol of symbols) symbol.connect(writer);
  let number = args.from;
  setInterval(() => {
    for (const symbol of symbols) symbol.offer(number);
    number += 1;
  }, args.intervalMs);
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    for (const command of text.trim().split("\n")) {
      if (command === "store") {
        store?.crash();
        store = startStore();
      } else {
        const checkpoint = writer.checkpoint();
        writer.crash();
        writer = startWriter({
          spoolMaxMb: SPOOL_MB,
          database,
          dataDir: args.dataDir,
          checkpoint,
        });
        for (const symbol of symbols) symbol.connect(writer);
      }
    }
  }
}

if (import.meta.main) await main(JSON.parse(Deno.args[0] ?? ""));
