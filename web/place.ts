/**
 * Where a page of an answer ended, for who asks for the next one: an opaque word that holds the keys of its last row,
 * so that rows that have come since change nothing. Pure.
 */
import { z } from "zod";
import { parseMarket } from "../shared/market.ts";
import { BadRequest } from "./refusals.ts";
import { TIME_MAX_MS } from "./query.ts";

/** Numbers and words by which rows are in order, the first row after which is the next. */
export type Place = readonly (string | number)[];

const PLACE = z.array(z.union([z.string().max(500), z.number()])).max(10);

/** As in `next` of an answer: of this route and of no other. */
export function placeText(route: string, place: Place): string {
  const bytes = new TextEncoder().encode(JSON.stringify([route, ...place]));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * What `cursor` says.
 *
 * @param form what must stand there, one after the other
 * @throws {BadRequest} when it is no place of this route.
 */
export function readPlace(
  route: string,
  form: readonly ("time" | "number" | "text" | "market")[],
  cursor: string | undefined,
): Place | null {
  if (cursor === undefined) return null;
  const [of, ...place] = partsOf(cursor) ?? [];
  const isPlace = of === route && place.length === form.length &&
    form.every((kind, i) => FITS[kind](place[i]));
  if (isPlace) return place;
  throw new BadRequest(
    "cursor must be the `next` of an answer to the same question: leave it out to begin anew",
    "invalid_cursor",
  );
}

/** Microseconds, as far as databases read them. */
const TIME_MAX_US = TIME_MAX_MS * 1_000;
const FITS = {
  time: (value: unknown) =>
    typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= TIME_MAX_US,
  number: (value: unknown) => Number.isSafeInteger(value),
  text: (value: unknown) => typeof value === "string" && !value.includes("\0"),
  market: (value: unknown) =>
    typeof value === "string" && !value.includes("\0") && parseMarket(value) !== null,
} as const;

function partsOf(cursor: string): Place | null {
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return PLACE.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A time in whole microseconds, as databases keep it. */
export function microsOf(timeMs: number): number {
  return Math.round(timeMs * 1_000);
}

/** … as they read it. */
export function timeOfMicros(us: number): string {
  const ms = Math.floor(us / 1_000);
  const rest = String(us - ms * 1_000).padStart(3, "0");
  return `${new Date(ms).toISOString().slice(0, -1)}${rest}Z`;
}
