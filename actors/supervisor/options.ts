/** What a supervisor is told, and what becomes of it. */
import type { LogLevel } from "../../shared/log.ts";
import type { Operation, OperationResult } from "../../shared/protocol.ts";
import type { VenueLimits } from "../venue/venue.ts";

/** How a run ended. */
export type Ending =
  | { readonly kind: "drained"; readonly unacked: number }
  /** An operator's mistake, or a part that cannot be kept alive: exit code 1, with this line. */
  | { readonly kind: "failed"; readonly reason: string };

/** What the supervisor is told once. */
export interface SupervisorOptions {
  readonly logLevel: LogLevel;
  readonly symbols: readonly string[];
  /** The highest number of a life that is stored; absent: not known, and the wall clock is trusted. */
  readonly incarnationFloor?: number;
  /** What this address may use of the exchange, until the exchange says otherwise. */
  readonly limits: VenueLimits;
  /** The dashboard listens, at this address. */
  readonly onListening: (address: string) => void;
  /** A person asks for this; absent: nothing may be asked for. */
  readonly onOperation?: (operation: Operation) => Promise<OperationResult>;
}
