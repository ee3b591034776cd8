import { assertEquals } from "@std/assert";
import { droppedGauges, WriterLosses } from "../../actors/symbol/peer.ts";

Deno.test("WriterLosses.line() tells once when outputs begin to be lost, and at the end how many were", () => {
  const losses = new WriterLosses();
  const begun =
    "the writer has taken nothing for so long that the oldest outputs are lost from now on";
  const steps: [rows: number, records: number, unacked: number, line: string | null][] = [
    [0, 0, 900, null],
    [1, 0, 901, begun],
    [50, 2, 905, null],
    [50, 2, 451, null],
    [50, 2, 450, "the writer takes outputs again: 50 rows and 2 records were lost"],
    [50, 2, 3, null],
    [51, 2, 901, begun],
    [51, 2, 0, "the writer takes outputs again: 1 rows and 0 records were lost"],
  ];
  for (const [rows, records, unacked, line] of steps) {
    assertEquals(losses.line({ rows, records }, unacked), line);
  }
});

Deno.test("droppedGauges() has the whole and each lane", () => {
  const expected = { webDropped: 5, webDroppedRows: 2, webDroppedRecords: 3 };
  assertEquals(droppedGauges("web", { rows: 2, records: 3 }), expected);
});
