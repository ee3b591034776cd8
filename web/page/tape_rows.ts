/** The rows of a tape: trades put together as a person wants them, and which of them are large. Pure. */
import type { TapeItem, TapeNote, TapeTrades } from "./tape.ts";

/** What makes one row: each trade; those of one side within a time; those of one side until they are a large one. */
export const TAPE_GROUPS = ["each", "1 s", "10 s", "size"] as const;

/** One of these. */
export type TapeGroup = typeof TAPE_GROUPS[number];

/** Which rows are large: the largest, in percent of all, or from a quantity on. */
export const LARGE_SHARES = [1, 5, 10] as const;

/** Which rows are marked. */
export type LargeRule =
  | { readonly kind: "share"; readonly percent: number }
  | { readonly kind: "from"; readonly qty: number };

/** Several trades of one side as one. */
export interface TapeRow extends TapeTrades {
  readonly isLarge: boolean;
}

/** What is drawn, the newest first. */
export interface TapeRows {
  readonly rows: readonly (TapeRow | TapeNote)[];
  /** From which quantity on a row is large; `null`: too few are known to say. */
  readonly largeFrom: number | null;
}

const GROUP_MS: Readonly<Record<TapeGroup, number | null>> = {
  each: null,
  "1 s": 1_000,
  "10 s": 10_000,
  size: null,
};
/** Of fewer rows the largest few are no measure. */
const SHARE_ROWS_MIN = 20;

/** At most `most` rows. O(items · log items) where large ones are a share. */
export function tapeRows(
  items: readonly TapeItem[],
  group: TapeGroup,
  rule: LargeRule,
  most: number,
): TapeRows {
  const until = group === "size" ? largeFromOf(items, rule) ?? 0 : 0;
  const grouped = group === "each" ? items : groupedBy(items, GROUP_MS[group], until);
  const largeFrom = group === "size" ? until || null : largeFromOf(grouped, rule);
  const rows = grouped.slice(-most).reverse().map((one) =>
    one.kind === "note" ? one : { ...one, isLarge: isLarge(one, group, largeFrom) }
  );
  return { rows, largeFrom };
}

/** What several trades add up to says of none of them how large it was; within a time it is what is looked at. */
function isLarge({ qty, count }: TapeTrades, group: TapeGroup, from: number | null): boolean {
  return from !== null && qty >= from && (GROUP_MS[group] !== null || count === 1);
}

/** Single trades where there are enough of them, else whatever there is. */
function largeFromOf(items: readonly TapeItem[], rule: LargeRule): number | null {
  if (rule.kind === "from") return rule.qty;
  const qtys = items.flatMap((one) => one.kind === "trades" ? [one.qty] : []);
  if (qtys.length < SHARE_ROWS_MIN) return null;
  const sorted = Float64Array.from(qtys).sort();
  return sorted[Math.floor((1 - rule.percent / 100) * sorted.length)] ?? null;
}

/** Trades of one side are added up within each `lengthMs`, or with `null` until they are `until` or more. */
function groupedBy(
  items: readonly TapeItem[],
  lengthMs: number | null,
  until: number,
): readonly TapeItem[] {
  const groups: TapeItem[] = [];
  const open = new Map<string, { readonly at: number; readonly bucket: number }>();
  let block = NaN;
  for (const one of items) {
    if (one.kind === "note") {
      groups.push(one);
      // What is missing may have belonged to any of them.
      open.clear();
      continue;
    }
    // What is forgotten before them takes nothing from the groups after it.
    if (lengthMs === null && one.block !== block) open.clear();
    block = one.block;
    const bucket = lengthMs === null ? 0 : Math.ceil(one.timeMs / lengthMs) * lengthMs;
    const before = open.get(one.side);
    const known = before === undefined ? undefined : groups[before.at];
    const isFull = known?.kind !== "trades" || before?.bucket !== bucket ||
      (lengthMs === null && known.qty >= until);
    if (isFull || before === undefined) {
      open.set(one.side, { at: groups.length, bucket });
      groups.push({ ...one, timeMs: lengthMs === null ? one.timeMs : bucket });
      continue;
    }
    const qty = known.qty + one.qty;
    groups[before.at] = {
      ...known,
      price: (known.price * known.qty + one.price * one.qty) / qty,
      low: Math.min(known.low, one.low),
      high: Math.max(known.high, one.high),
      qty,
      count: known.count + one.count,
    };
  }
  return groups;
}
