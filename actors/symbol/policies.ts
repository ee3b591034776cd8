/** What each peer of a symbol actor may have waiting; which lane an output takes is in the catalogue. */
import { formOf } from "../../shared/catalogue/outputs.ts";
import type { OutboxPolicy } from "../../shared/outbox.ts";

const MINUTE_MS = 60_000;
const MIB = 1_048_576;
/** Thousands of them: a symbol that loses its book each second has enough for the better part of an hour. */
const RECORDS = { spanMsMax: 24 * 60 * MINUTE_MS, bytesMax: MIB };

/**
 * To the writer: a few deliveries, each a transaction at most. While the database is away 15 minutes of
 * rows wait, at any pace: at the shortest interval, 100 ms, they are 9,000 and take less than this.
 */
export const WRITER_POLICY: OutboxPolicy = {
  windowMax: 4,
  itemsMax: 500,
  bounds: { rows: { spanMsMax: 15 * MINUTE_MS, bytesMax: 32 * MIB }, records: RECORDS },
  laneOf: (output) => formOf(output).writer,
};

/** To the web: what it missed of older rows a page loads from the database. */
export const WEB_POLICY: OutboxPolicy = {
  windowMax: 8,
  itemsMax: 200,
  bounds: { rows: { spanMsMax: 5 * MINUTE_MS, bytesMax: 4 * MIB }, records: RECORDS },
  laneOf: (output) => formOf(output).web,
};
