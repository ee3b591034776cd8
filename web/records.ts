/** Records of how far a feed could be trusted: gaps, audits and proofs. They are asked for and answered alike. */
import type { Stored } from "../shared/catalogue/tables.ts";

/** The kinds: the name of the table and of the path. */
export const RECORD_KINDS = ["gaps", "audits", "proofs"] as const;

/** What `/api/gaps`, `/api/audits` and `/api/proofs` ask for. */
export type RecordKind = typeof RECORD_KINDS[number];

/** What is answered, by kind: what was sent, and the life of the actor that its numbers count in. */
export type Records = { readonly [Kind in RecordKind]: Stored<Kind> };
