/** Depth profiles as they are answered. Pure. */
import type { Schema } from "../shared/catalogue/field_schema.ts";
import { list, MS, NUMBER, object, orNull, storedSchema, TEXT } from "./schema.ts";

const CELLS = list(orNull(NUMBER));
const SPAN = { fromMs: MS, toMs: MS };
const PICTURE = {
  symbol: TEXT,
  ...SPAN,
  intervalMs: MS,
  columns: object({
    timeMs: list(MS),
    profileMs: list(orNull(MS)),
    mid: CELLS,
    bucketBps: CELLS,
    bidCoveredBps: CELLS,
    askCoveredBps: CELLS,
    bids: list(orNull(CELLS)),
    asks: list(orNull(CELLS)),
  }),
  holes: list(object({ ...SPAN, reason: TEXT })),
};

/** What profiles are answered with: a page of them, the columns of one symbol, and of several. */
export const PROFILES_ANSWER: Schema = {
  anyOf: [
    object({ depth_profiles: list(storedSchema("depth_profiles")), next: orNull(TEXT) }),
    object(PICTURE),
    object({ ...SPAN, symbols: list(object(PICTURE)) }),
  ],
};
