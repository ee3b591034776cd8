/** Losses: what a peer's outbox had to give up, as gauges and in a line for the log. Pure. */
import type { BoundedLane } from "../../shared/outbox.ts";
import type { Gauges } from "../../shared/protocol.ts";

/** Outputs of each lane that were lost. */
export type Dropped = Readonly<Record<BoundedLane, number>>;

/** The whole, e.g. `writerDropped`, and that of each lane, `writerDroppedRows`. */
export function droppedGauges(peer: "writer" | "web", { rows, records }: Dropped): Gauges {
  return {
    [`${peer}Dropped`]: rows + records,
    [`${peer}DroppedRows`]: rows,
    [`${peer}DroppedRecords`]: records,
  };
}

/** Tells when the writer begins to miss outputs, and how many it has missed when it takes them again. */
export class WriterLosses {
  #told: Dropped = { rows: 0, records: 0 };
  /** What waited when the first one was lost; `null`: none is being lost. */
  #unacked: number | null = null;

  /** The line that is due, if one is; to be called now and then with what the outbox says. */
  line(dropped: Dropped, unacked: number): string | null {
    const rows = dropped.rows - this.#told.rows;
    const records = dropped.records - this.#told.records;
    if (this.#unacked === null) {
      if (rows + records === 0) return null;
      this.#unacked = unacked;
      return "the writer has taken nothing for so long that the oldest outputs are lost from now on";
    }
    // At half it has taken some: nothing is lost any more, however much still waits.
    if (unacked * 2 > this.#unacked) return null;
    this.#told = dropped;
    this.#unacked = null;
    return `the writer takes outputs again: ${rows} rows and ${records} records were lost`;
  }
}
