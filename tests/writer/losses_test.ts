import { assertEquals } from "@std/assert";
import { lossesOf } from "../../actors/writer/losses.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { alertEvent, bucketFrame, delivery } from "./outputs.ts";

Deno.test("lossesOf() tells for each market how many rows are gone, and of which span", () => {
  const frame = (number: number, symbol: string) => bucketFrame(number, { symbol });
  const items = [frame(5, "AAA"), frame(1, "BBB"), frame(2, "AAA"), alertEvent({ symbol: "BBB" })];
  const at = (number: number) => bucketFrame(number).timeMs;
  const { timeMs } = alertEvent();
  assertEquals(lossesOf(rowsOf(delivery(1, items)), "poison", "too big"), [
    {
      cause: "poison",
      market: { venue: "binance_spot", symbol: "AAA" },
      span: { fromMs: at(2), toMs: at(5) },
      rows: 2,
      detail: "too big",
    },
    {
      cause: "poison",
      market: { venue: "binance_spot", symbol: "BBB" },
      span: { fromMs: at(1), toMs: timeMs },
      rows: 2,
      detail: "too big",
    },
  ]);
});
