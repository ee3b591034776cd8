import { assertEquals } from "@std/assert";
import { partitionAt, partitionNamed } from "../../shared/catalogue/partitions.ts";

const at = (text: string) => Date.parse(`${text}Z`);

Deno.test("partitionAt() gives the day, month or year of UTC that a time is in, its first moment included", () => {
  const cases = [
    ["day", "2026-11-29T23:59:59.999", "t_p20261129", "2026-11-29T00:00", "2026-11-30T00:00"],
    ["day", "2026-11-30T00:00:00.000", "t_p20261130", "2026-11-30T00:00", "2026-12-01T00:00"],
    ["day", "2028-02-29T12:00:00.000", "t_p20280229", "2028-02-29T00:00", "2028-03-01T00:00"],
    ["month", "2026-12-31T23:59:59.999", "t_p202612", "2026-12-01T00:00", "2027-01-01T00:00"],
    ["month", "2027-01-01T00:00:00.000", "t_p202701", "2027-01-01T00:00", "2027-02-01T00:00"],
    ["year", "2026-12-31T23:59:59.999", "t_p2026", "2026-01-01T00:00", "2027-01-01T00:00"],
  ] as const;
  for (const [cut, time, name, from, to] of cases) {
    const span = { table: "t", name, fromMs: at(from), toMs: at(to) };
    assertEquals(partitionAt("t", cut, at(time)), span);
    assertEquals(partitionNamed("t", cut, name), span);
  }
});

Deno.test("partitionNamed() takes no name that is no partition of this table", () => {
  const others = ["t", "t_p", "t_p2026112", "t_p20261301", "t_p20260230", "u_p20261129", "t_pkey"];
  for (const name of others) assertEquals(partitionNamed("t", "day", name), null, name);
  assertEquals(partitionNamed("t", "month", "t_p20261129"), null);
});
