import { assertEquals, assertStringIncludes } from "@std/assert";
import type { StorageAnswer } from "../../web/page/api.ts";
import { keptNotice } from "../../web/page/kept.ts";

const table = (name: string, keepDays: number | null, roomDays: number | null) => ({
  name,
  bytes: 0,
  rows: null,
  oldestMs: null,
  newestMs: null,
  keepDays,
  roomDays,
});
const ANSWER: StorageAnswer = {
  maxBytes: 20e9,
  bytes: 1_234_000_000,
  symbols: 2,
  tables: [
    table("metrics", 3, 3),
    table("depth_profiles", 1, 0.38),
    table("alerts", null, null),
    table("gaps", 90, null),
    table("metrics_10s", 14, 3),
    table("metrics_1h", null, null),
  ],
};

Deno.test("keptNotice() tells the days of the finest and the coarsest rows, and those of all in its title", () => {
  const { text, title } = keptNotice({ ok: true, value: ANSWER });
  assertEquals(text, "history 3 days, hourly for ever");
  assertEquals(title.split("\n"), [
    "For how long rows of the 2 symbols followed now are kept at least; history takes 1.23 GB of 20.0 GB (HISTORY_MAX_GB).",
    "9 hours: depth_profiles",
    "3 days: metrics, metrics_10s",
    "90 days: gaps",
    "for ever: alerts, metrics_1h",
  ]);
});

Deno.test("keptNotice() is a dash with its reason while nothing is known", () => {
  const notices = [
    keptNotice(null),
    keptNotice({ ok: false, error: "no answer in time" }),
    keptNotice({ ok: true, value: { ...ANSWER, tables: [] } }),
  ];
  assertEquals(notices.map(({ text }) => text), Array(3).fill("history –"));
  const reasons = ["has not said so yet", "no answer in time", "another version"];
  notices.forEach(({ title }) => assertStringIncludes(title, "not known: "));
  notices.forEach(({ title }, i) => assertStringIncludes(title, reasons[i] ?? "?"));
});
