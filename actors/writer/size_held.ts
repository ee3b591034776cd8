/**
 * Which raw pieces of now may grow no more. A piece gives its room back to the disk only as a whole, when its day and the newest
 * hour after it are over. Until then what is there must leave room for all that is still to come and cannot give way: roll-ups,
 * and after midnight an hour of the next day. What raw pieces may have is therefore known before it is taken, and each share has
 * its part of that. Pure.
 */
import {
  RAW_SHARES,
  rowBytesOf,
  SIZE_PARTS,
  stayingHoursOf,
} from "../../shared/catalogue/history_tables.ts";
import { sharedOut } from "../../shared/fair_shares.ts";
import type { RateOf } from "./inflow.ts";
import type { Piece } from "./pieces.ts";
import { BEGIN_SHARE, HOUR_MS, isNow, isPast, isRaw, sizeOf } from "./size_plan.ts";

const DAY_MS = 24 * HOUR_MS;

/** What is known besides the pieces; times in UTC milliseconds. */
export interface SizeNow {
  readonly maxBytes: number;
  readonly nowMs: number;
  /** From when on a table has rows; `-Infinity`: nothing was dropped. */
  readonly floorOf: (table: string) => number;
  /** The time of the first row that a piece had, by its name; where it is not there it began with its span. */
  readonly firstMs: ReadonlyMap<string, number>;
  /** How fast rows of each second come. */
  readonly rateOf: RateOf;
}

/**
 * The names of those that may grow no more, and of days of the past of the same tables: these have older rows, which go before
 * any of now do.
 */
export function heldIn(pieces: readonly Piece[], now: SizeNow): ReadonlySet<string> {
  const held = heldNow(pieces, now);
  const tables = new Set(held.map(({ table }) => table.name));
  const older = pieces.filter((piece) =>
    isRaw(piece) && isPast(piece, now.nowMs) && tables.has(piece.table.name)
  );
  return new Set([...held, ...older].map(({ name }) => name));
}

function heldNow(pieces: readonly Piece[], now: SizeNow): readonly Piece[] {
  const { maxBytes, nowMs } = now;
  const raw = pieces.filter((piece) => isRaw(piece) && isNow(piece, nowMs));
  const staying = pieces.filter((piece) => !isRaw(piece) || isAhead(piece, nowMs));
  const leftMs = reliefMs(nowMs) - nowMs;
  const newDayMs = Math.min(HOUR_MS, leftMs);
  const toComeBytes = growthOf(staying, now) * leftMs + growthOf(raw, now) * newDayMs;
  const roomBytes = maxBytes * BEGIN_SHARE - sizeOf(staying) - toComeBytes;
  if (sizeOf(raw) >= roomBytes) return raw;
  const shares = RAW_SHARES.map((share) => {
    const own = raw.filter(({ table }) => table.share === share);
    const bytes = sizeOf(own);
    const wanted = bytes + growthOf(own, now) * (leftMs - newDayMs);
    return { own, bytes, wanted, part: SIZE_PARTS[share] };
  });
  return sharedOut(roomBytes, shares)
    .filter(({ bytes, wanted, granted }) => granted < wanted && bytes >= granted)
    .flatMap(({ own }) => own);
}

/** What is over that goes at the next look. */
const SLACK_HOURS = 0.25;

/**
 * Bytes that raw rows do not take now and cannot do without until their day can go: after midnight an hour of the next day comes
 * beside what always stays. Where the size has little more than that, roll-ups must not take it meanwhile. 0 as long as raw rows
 * have more to give: those of now, and days of the past, whose room is theirs. What comes is reckoned by what came: a piece may
 * be far larger than the rows that are left in it. 0 until that is known; roll-ups do not take much meanwhile.
 */
export function reservedBytes(pieces: readonly Piece[], now: SizeNow): number {
  const { maxBytes, nowMs, floorOf, firstMs, rateOf } = now;
  const raw = pieces.filter(isRaw);
  const filled = raw.filter((piece) => isNow(piece, nowMs) && firstMs.has(piece.name));
  let neededBytes = 0;
  for (const [name, own] of Map.groupBy(filled, ({ table }) => table.name)) {
    const fromMs = Math.min(...own.map((piece) => firstMs.get(piece.name) ?? nowMs));
    const thereHours = (nowMs - Math.max(fromMs, floorOf(name))) / HOUR_MS;
    const stayingHours = stayingHoursOf(name);
    const rate = rateOf(name);
    if (rate === null || thereHours > stayingHours + SLACK_HOURS) return 0;
    neededBytes += rate * rowBytesOf(name) * (stayingHours + 1) * HOUR_MS;
  }
  const missingBytes = neededBytes - sizeOf(raw);
  // Roll-ups of now give no room back either: they stop before there is none left.
  return missingBytes <= 0 ? 0 : missingBytes + maxBytes * (1 - BEGIN_SHARE);
}

/** When raw pieces of now can go next: a day is over, and the newest hour has passed it. */
function reliefMs(nowMs: number): number {
  return (Math.floor((nowMs - HOUR_MS) / DAY_MS) + 1) * DAY_MS + HOUR_MS;
}

/**
 * Bytes a millisecond by which these tables grow: what their pieces of now take for the time that they have rows of. A piece
 * that is held tells the same, as its oldest rows go. Rows that come faster than they did, as of symbols that were added, will
 * do so after midnight too.
 */
function growthOf(pieces: readonly Piece[], { nowMs, floorOf, firstMs, rateOf }: SizeNow): number {
  const growing = pieces.filter((piece) => isNow(piece, nowMs));
  const byTable = Map.groupBy(growing, ({ table }) => table.name);
  return [...byTable].reduce((sum, [name, own]) => {
    const fromMs = Math.min(
      ...own.map(({ name, span }) => firstMs.get(name) ?? span?.fromMs ?? nowMs),
    );
    const sinceMs = Math.max(HOUR_MS, nowMs - Math.max(fromMs, floorOf(name)));
    return sum + Math.max(sizeOf(own) / sinceMs, (rateOf(name) ?? 0) * rowBytesOf(name));
  }, 0);
}

function isAhead(piece: Piece, nowMs: number): boolean {
  return !isNow(piece, nowMs) && !isPast(piece, nowMs);
}
