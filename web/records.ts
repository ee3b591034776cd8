/**
 * Records of how far a feed could be trusted: gaps, audits and proofs. They are asked for alike and stored
 * alike; here is what differs, the columns and how a row becomes what was sent.
 */
import type { AuditRecord, GapRecord, ProofStatus } from "../shared/output.ts";

/** A stored proof: counters of the life of the actor that `incarnation` names, and of no other. */
export interface ProofRecord extends Omit<ProofStatus, "forStore"> {
  readonly incarnation: number;
}

/** What is answered, by kind: the name of the table and of the path. */
export interface Records {
  readonly gaps: GapRecord;
  readonly audits: AuditRecord;
  readonly proofs: ProofRecord;
}

/** What `/api/gaps`, `/api/audits` and `/api/proofs` ask for. */
export type RecordKind = keyof Records;

/** Rows as the driver hands them over: a `bigint` comes as text. */
export interface RecordRows {
  readonly gaps: CommonRow & {
    readonly from_id: string;
    readonly to_id: string;
    readonly duration_ms: number | null;
  };
  readonly audits: CommonRow & {
    readonly book_update_id: string;
    readonly levels: number;
    readonly mismatched: number;
    readonly differences: string[];
  };
  readonly proofs: CommonRow & {
    readonly incarnation: string;
    readonly exact_checked: string;
    readonly exact_mismatched: string;
    readonly carried_checked: string;
    readonly carried_mismatched: string;
    readonly carried_healed: string;
    readonly last_exact_at: Date | null;
  };
}

interface CommonRow {
  readonly symbol: string;
  readonly number: number;
  readonly time: Date;
}

/** How one kind is read; `columns` beside the common ones. */
export interface RecordReader<Kind extends RecordKind> {
  readonly columns: string;
  readonly read: (row: RecordRows[Kind]) => Records[Kind];
}

/** The readers of all kinds. */
export const RECORD_READERS: { readonly [Kind in RecordKind]: RecordReader<Kind> } = {
  gaps: {
    columns: "from_id, to_id, duration_ms",
    read: (row) => ({
      type: "gap",
      ...common(row),
      fromId: Number(row.from_id),
      toId: Number(row.to_id),
      durationMs: row.duration_ms,
    }),
  },
  audits: {
    // The driver reads lists as JSON only: it does not ask the server for the types of arrays.
    columns: "book_update_id, levels, mismatched, to_json(differences) AS differences",
    read: (row) => ({
      type: "audit",
      ...common(row),
      bookUpdateId: Number(row.book_update_id),
      levels: row.levels,
      mismatched: row.mismatched,
      differences: row.differences,
    }),
  },
  proofs: {
    columns: "incarnation, exact_checked, exact_mismatched, carried_checked, carried_mismatched, " +
      "carried_healed, last_exact_at",
    read: (row) => ({
      type: "proof",
      ...common(row),
      incarnation: Number(row.incarnation),
      exactChecked: Number(row.exact_checked),
      exactMismatched: Number(row.exact_mismatched),
      carriedChecked: Number(row.carried_checked),
      carriedMismatched: Number(row.carried_mismatched),
      carriedHealed: Number(row.carried_healed),
      lastExactMs: row.last_exact_at?.getTime() ?? null,
    }),
  },
};

function common({ symbol, number, time }: CommonRow) {
  return { symbol, number, timeMs: time.getTime() };
}
