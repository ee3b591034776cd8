/** The table of actors: what is wrong with each, and in which order they stand. Pure. */

import { overloadLevelOf, overloadText } from "../../shared/overload.ts";

/** One actor, as `GET /api/system` tells; what is `null` is not known. */
export interface ActorRow {
  readonly actorId: string;
  readonly state: string;
  /** Why it is in that state. */
  readonly reason: string | null;
  readonly restarts: number;
  readonly incarnation: number;
  /** Since it was heard of last. */
  readonly heartbeatAgeMs: number | null;
  /** Of its own; `null` also of one that shares its worker. */
  readonly heapBytes: number | null;
  /** The worker that it shares, how many are in that, and the heap of all of them. */
  readonly worker:
    | { readonly name: string; readonly actors: number; readonly heapBytes: number | null }
    | null;
  /** By how much its last heartbeat was late. */
  readonly lagMs: number | null;
  /** What it leaves undone because this machine is too slow: 0, nothing, to 3; `null` also of who never does. */
  readonly overload: number | null;
  /** Outputs that the store has not confirmed; `null` also of who makes none. */
  readonly unacked: number | null;
  /** Of a symbol's rules, how many are silent because they still learn what is usual; `null` also of who has none. */
  readonly learningRules: number | null;
}

/** By what the table can be sorted. */
export const ACTOR_COLUMNS = [
  "actorId",
  "state",
  "restarts",
  "heartbeatAgeMs",
  "heapBytes",
  "lagMs",
  "unacked",
] as const satisfies readonly (keyof ActorRow)[];

/** One of these. */
export type ActorColumn = typeof ACTOR_COLUMNS[number];

/** `null`: what is wrong comes first. */
export interface ActorSort {
  readonly by: ActorColumn;
  readonly isDescending: boolean;
}

/** A heartbeat comes each second; this old it has missed some. */
const SILENT_MS = 3_000;
/** An event loop that is held up for so long makes numbers late that a person sees. */
const LATE_MS = 500;

/** How an actor stands. */
export interface ActorTrouble {
  readonly tone: "good" | "warning" | "bad";
  /** What is wrong, for a person; empty: nothing. */
  readonly text: string;
}

/** What is wrong with an actor. */
export function troubleOf(row: ActorRow): ActorTrouble {
  const { state, reason, heartbeatAgeMs, lagMs, overload } = row;
  if (state !== "running") {
    const isOnItsWay = state === "starting" || state === "waiting" || state === "restarting";
    return { tone: isOnItsWay ? "warning" : "bad", text: reason ?? "" };
  }
  if (heartbeatAgeMs !== null && heartbeatAgeMs > SILENT_MS) {
    return { tone: "warning", text: "no heartbeat of late" };
  }
  const undone = overloadText(overloadLevelOf(overload ?? 0));
  if (undone !== null) return { tone: "warning", text: undone };
  if (lagMs !== null && lagMs > LATE_MS) return { tone: "warning", text: "its event loop is late" };
  return { tone: "good", text: reason ?? "" };
}

const RANKS = { bad: 0, warning: 1, good: 2 } as const;
/** What everything hangs on stands before the symbols. */
const ESSENTIAL = ["store", "writer", "web"];

/** In the order of a sort, what is not known last; where nobody has asked for one, what is wrong first. O(rows · log rows). */
export function orderActors(
  rows: readonly ActorRow[],
  sort: ActorSort | null,
): readonly ActorRow[] {
  const usual = (a: ActorRow, b: ActorRow) =>
    RANKS[troubleOf(a).tone] - RANKS[troubleOf(b).tone] ||
    placeOf(a) - placeOf(b) || compare(a.actorId, b.actorId);
  if (sort === null) return rows.toSorted(usual);
  const sign = sort.isDescending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [one, other] = [a[sort.by], b[sort.by]];
    return Number(one === null) - Number(other === null) || sign * compare(one, other) ||
      usual(a, b);
  });
}

function placeOf({ actorId }: ActorRow): number {
  const at = ESSENTIAL.indexOf(actorId);
  return at < 0 ? ESSENTIAL.length : at;
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null || a === b) return 0;
  return a < b ? -1 : 1;
}

/** What the head of a column leads to: the greatest first (names: the first), then the other way, then what is wrong first. */
export function nextActorSort(sort: ActorSort | null, by: ActorColumn): ActorSort | null {
  const isFirstDescending = by !== "actorId" && by !== "state";
  if (sort?.by !== by) return { by, isDescending: isFirstDescending };
  return sort.isDescending === isFirstDescending ? { by, isDescending: !isFirstDescending } : null;
}

/** As an address names it: `-heapBytes`. */
export function actorSortText(sort: ActorSort | null): string {
  return sort === null ? "" : `${sort.isDescending ? "-" : ""}${sort.by}`;
}

/** What an address names; `null`: nothing that there is. */
export function readActorSort(text: string): ActorSort | null {
  const isDescending = text.startsWith("-");
  const by = ACTOR_COLUMNS.find((one) => one === (isDescending ? text.slice(1) : text));
  return by === undefined ? null : { by, isDescending };
}
