/** How a monitor stands, by what it says itself in `/healthz`, and what its exchange has counted. Pure. */
import type { Health } from "../../../web/health.ts";
import { symbolOf } from "../../../shared/protocol.ts";
import type { WeightAccount } from "../../exchange/request_weight.ts";
import type { SymbolLedger } from "../../exchange/ledger.ts";
import type { KnownWorkers } from "./threads.ts";

/** What `GET /ledger` of the look-alike answers, as far as it is needed here. */
export interface ExchangeLedger {
  readonly requestWeight: WeightAccount;
  readonly symbols: readonly SymbolLedger[];
}

/** Since the start of the monitor. */
export interface Standing {
  readonly live: number;
  /** Store, writer and web run: a new store takes a while, and a worker more. */
  readonly isUp: boolean;
  /** Rows, records and events that were not taken by writer, web or a browser, and rows that the writer has lost. */
  readonly drops: number;
  readonly gaps: number;
  readonly resyncs: number;
  readonly restarts: number;
  readonly workers: KnownWorkers;
}

/** Gauges that count what is lost: of symbols, of the writer and of the web server. */
const SYMBOL_DROPS = ["writerDropped", "webDropped"];
/** … all that `LossCounts` of the writer has; a test holds it to that, since benchmarks have no types of a database. */
export const WRITER_DROPS: readonly string[] = [
  ...["droppedRows", "poisonRows", "spoolDroppedRows", "spoolDamagedRows"],
  ...["tooOldRows", "notRolledUpRows", "clockAheadRows"],
];
const WEB_DROPS = ["dropped"];

/** Reads an answer of `/healthz`. */
export function standingOf({ symbols, children, writer, web }: Health): Standing {
  const ofSymbols = children.filter(({ actorId }) => symbolOf(actorId) !== null);
  const others = children.filter(({ actorId }) => symbolOf(actorId) === null);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const gauges = (names: readonly string[], from: Readonly<Record<string, number>> | null) =>
    sum(names.map((name) => from?.[name] ?? 0));
  const ofAll = (...names: readonly string[]) =>
    sum(ofSymbols.map((child) => gauges(names, child.gauges)));
  const shared = new Set(ofSymbols.flatMap(({ worker }) => worker?.name ?? []));
  return {
    live: symbols.filter(({ state }) => state === "live").length,
    isUp: others.length > 0 && others.every(({ state }) => state === "running"),
    drops: ofAll(...SYMBOL_DROPS) + gauges(WRITER_DROPS, writer) + gauges(WEB_DROPS, web),
    gaps: ofAll("gaps"),
    resyncs: ofAll("resyncs"),
    restarts: sum(children.map(({ restarts }) => restarts)),
    workers: {
      hasStore: others.some(({ actorId }) => actorId === "store"),
      ofSymbols: shared.size + ofSymbols.filter(({ worker }) => worker === undefined).length,
      areFirstLives: others.every(({ restarts }) => restarts === 0),
    },
  };
}

/** Frames that the exchange has written to anybody so far. */
export function framesSent({ symbols }: ExchangeLedger): number {
  return symbols.flatMap(({ sent }) => sent).reduce((sum, { frames }) => sum + frames, 0);
}
