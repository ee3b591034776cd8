/** Signals that one file writes and all others read, and values that are made anew each time. Pure. */
import type { ReadonlySignal, Signal } from "@preact/signals";

/** Signals as those see them who only read. */
export type Reading<Cells> = {
  readonly [Name in keyof Cells]: Cells[Name] extends ReadonlySignal<infer Value>
    ? ReadonlySignal<Value>
    : never;
};

/** Sets a signal unless the value has the same parts as before: equal ones need not be drawn. O(parts). */
export function settle<Value extends object | null>(cell: Signal<Value>, value: Value): void {
  if (!isSame(cell.peek(), value)) cell.value = value;
}

/** Whether two objects of one form, or two lists, have the very same parts. */
function isSame(one: object | null, other: object | null): boolean {
  if (one === null || other === null) return one === other;
  const parts = Object.keys(other);
  return parts.length === Object.keys(one).length &&
    parts.every((key) => Object.is(Reflect.get(one, key), Reflect.get(other, key)));
}
