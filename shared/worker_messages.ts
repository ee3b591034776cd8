/**
 * What goes to a worker and comes from it: the messages of `protocol.ts`, as they are where an actor has the worker to
 * itself. Where several share it each sits in a seat, which is named by its incarnation.
 */
import type { LogLevel } from "./log.ts";
import type { Control, Init, Report } from "./protocol.ts";

/** What an actor is told, and what its worker is. */
export type ToldInit<Args = unknown> = Init<Args> & {
  readonly logLevel: LogLevel;
  /** What no line of a log may say. */
  readonly secrets: readonly string[];
};

/** To one actor, wherever it runs: its beginning, then what controls it. */
export type ToActor = ToldInit | Control;

/** To a worker: to its only actor, or to one of several. */
export type ToWorker =
  | ToActor
  | { readonly type: "seat"; readonly incarnation: number; readonly message: ToActor }
  /** This life ends at once; what is on its way from it is not heard. */
  | { readonly type: "vacate"; readonly incarnation: number };

/** From a worker: what its only actor reports, or one of several; `crashed` of itself is of all that are in it. */
export type FromWorker =
  | Report
  | { readonly type: "seat"; readonly incarnation: number; readonly report: Report };
