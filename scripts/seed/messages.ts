/** What the simulating thread of a seed and the one that stores say to each other. */
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import type { Chunk } from "./part_run.ts";
import type { SeedPart } from "./seed_plan.ts";

/** To the simulating thread. */
export type SeedOrder =
  /** Once, first: what is to be made, one part after the other. */
  | {
    readonly type: "begin";
    readonly parts: readonly SeedPart[];
    readonly settings: MetricSettings;
  }
  /** A chunk is stored: another may come. */
  | { readonly type: "stored" };

/** From it: chunks in order; after the last one of a part, that it is whole. */
export type SeedNews =
  | { readonly type: "chunk"; readonly part: SeedPart; readonly chunk: Chunk }
  | { readonly type: "part_over"; readonly part: SeedPart }
  | { readonly type: "over" };

/** Chunks that are on their way: while one is stored the next is made. */
export const CHUNKS_MAX = 3;
/** Rows of a chunk, about: one transaction, which takes a tenth of a second. */
export const CHUNK_ROWS = 400;
