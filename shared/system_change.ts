/**
 * What browsers are told of the system: the whole when they join, then only what has changed. Gauges
 * change each second and nobody looks at them there: `/healthz` has them.
 */
import type { ActorId, ChildStatus, SystemStatus } from "./protocol.ts";

/** A child without its gauges. */
export type ChildView = Omit<ChildStatus, "gauges">;

/** The system without gauges; the order of the children says nothing. */
export interface SystemView extends Omit<SystemStatus, "children"> {
  readonly children: readonly ChildView[];
}

/** What can change beside the children. */
type Parts = Omit<SystemView, "type" | "timeMs" | "children">;

/** The difference between two views. */
export interface SystemChange {
  /** Of the later one. */
  readonly timeMs: number;
  /** As they are now; a part that is not named is as it was. */
  readonly parts: Partial<Parts>;
  /** Children that are new or stand differently, as they are now. */
  readonly children: readonly ChildView[];
  /** Children that went; one that came back meanwhile is among `children`. */
  readonly gone: readonly ActorId[];
}

const PARTS: Readonly<Record<keyof Parts, true>> = {
  startedMs: true,
  source: true,
  exchange: true,
  clock: true,
  budget: true,
  stores: true,
  symbols: true,
};

/** A status without its gauges. */
export function viewOfSystem(status: SystemStatus): SystemView {
  const children = status.children.map(({ gauges: _, ...child }) => child);
  return { ...status, children };
}

/** A clock that has moved less than this since it was told is not told again: measured anew it flickers. */
const CLOCK_STEP_MS = 5;

/** The view of now as it is told to who knows `told`: with the clock of then while that is as good. */
export function worthTelling(told: SystemView, now: SystemView): SystemView {
  if (told.clock === null || now.clock === null) return now;
  const isFar = (a: number, b: number) => Math.abs(a - b) >= CLOCK_STEP_MS;
  const hasMoved = isFar(told.clock.offsetMs, now.clock.offsetMs) ||
    isFar(told.clock.roundTripMs, now.clock.roundTripMs);
  return hasMoved ? now : { ...now, clock: told.clock };
}

/** What a browser that knows `before` must be told to know `after`; `null`: nothing but the time. */
export function changeOf(before: SystemView, after: SystemView): SystemChange | null {
  const changed = (Object.keys(PARTS) as (keyof Parts)[]).filter((part) =>
    !isSame(before[part], after[part])
  );
  const parts: Partial<Parts> = Object.fromEntries(changed.map((part) => [part, after[part]]));
  const known = byId(before.children);
  const children = after.children.filter((child) => !isSame(known.get(child.actorId), child));
  const left = byId(after.children);
  const gone = [...known.keys()].filter((actorId) => !left.has(actorId));
  if (changed.length + children.length + gone.length === 0) return null;
  return { timeMs: after.timeMs, parts, children, gone };
}

/** Two changes, one after the other, as one. */
export function mergeChanges(older: SystemChange, newer: SystemChange): SystemChange {
  return {
    timeMs: newer.timeMs,
    parts: { ...older.parts, ...newer.parts },
    children: withChildren(older.children, newer),
    gone: [...new Set([...older.gone, ...newer.gone])],
  };
}

/** The view after a change. */
export function applyChange(view: SystemView, change: SystemChange): SystemView {
  const children = withChildren(view.children, change);
  return { ...view, ...change.parts, timeMs: change.timeMs, children };
}

function withChildren(known: readonly ChildView[], change: SystemChange): readonly ChildView[] {
  const children = byId(known);
  for (const actorId of change.gone) children.delete(actorId);
  for (const child of change.children) children.set(child.actorId, child);
  return [...children.values()];
}

function byId(children: readonly ChildView[]): Map<ActorId, ChildView> {
  return new Map(children.map((child) => [child.actorId, child]));
}

/** Of plain data from one maker, whose fields always stand in the same order. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
