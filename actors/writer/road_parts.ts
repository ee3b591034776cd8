/** What the store road is made of, and whom it tells. */
import type { Source } from "../../shared/market.ts";
import type { ActorId, DatabaseAddress } from "../../shared/protocol.ts";
import type { SymbolInStore } from "../../shared/symbol_in_store.ts";
import type { Ack, Batch } from "./batch.ts";
import type { DeadLetters } from "./dead_letters.ts";
import type { HistoryLimits } from "./jobs.ts";
import type { OnLoss } from "./losses.ts";
import type { Spool } from "./spool.ts";
import type { Outage } from "./store_watch.ts";
import type { TrustedClock } from "./trusted_clock.ts";

/** Whom the road tells what has become of things. */
export interface RoadCallbacks {
  /** The database has been opened. */
  readonly onReached: () => void;
  /** Everything up to here is safe. */
  readonly onAck: (ack: Ack) => void;
  /** The store's answer to `ask`. */
  readonly onRestore: (peer: ActorId, stored: SymbolInStore) => void;
  /** That answer will take as long as the database is away, and needs to be waited for. */
  readonly onHeld: (peer: ActorId) => void;
  /** The store takes rows of this source from now on. */
  readonly onAccepted: (source: Source) => void;
  readonly onLoss: OnLoss;
  /** How the database stands may have changed. */
  readonly onTurn: () => void;
  /** No retry helps: the process ends with this one line. */
  readonly onFatal: (reason: string) => void;
}

/** What the road joins. */
export interface RoadParts {
  readonly address: DatabaseAddress;
  /** An earlier life has opened it, so that what stands in the way now is no operator's mistake. */
  readonly wasOpen: boolean;
  /** What that life has told of and has not seen the end of. */
  readonly outage: Outage | null;
  /** What time it is for history. */
  readonly clock: TrustedClock;
  /** No other process has it. */
  readonly processId: string;
  readonly batch: Batch;
  /** `null`: there is to be none. */
  readonly spool: Spool | null;
  readonly deadLetters: DeadLetters;
  readonly limits: HistoryLimits;
}
