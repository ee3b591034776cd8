import { assertEquals, assertMatch } from "@std/assert";
import { eventsTable } from "../../../scripts/docs/events.ts";
import { EVENT_NAMES } from "../../../shared/catalogue/events.ts";
import { formOf } from "../../../shared/catalogue/outputs.ts";
import { metricsView } from "../../../shared/metrics_view.ts";
import {
  alertEvent,
  auditRecord,
  bookFrame,
  bucketFrame,
  depthProfile,
  feedStatus,
  gapRecord,
  metricsFrame,
  proofStatus,
  tradeFrame,
  tradesFrame,
  tradesSecond,
} from "../../support/outputs.ts";

const [, , ...ROWS] = eventsTable().split("\n");
const cellsOf = (name: string) =>
  (ROWS.find((row) => row.startsWith(`| \`${name}\``)) ?? "").split(" | ");

Deno.test("eventsTable() has a row for each event of the stream, in the order of the catalogue", () => {
  assertEquals(ROWS.map((row) => /^\| `(\w+)`/.exec(row)?.[1]), [...EVENT_NAMES]);
});

Deno.test("eventsTable() names each field of a payload, and says how it travels", () => {
  const words = { event: /in order/, state: /the newest/, sum: /added up/ };
  const outputs = [
    alertEvent(),
    auditRecord(),
    bookFrame(),
    bucketFrame(),
    depthProfile(),
    feedStatus(),
    gapRecord(),
    metricsFrame(),
    proofStatus(),
    tradeFrame(),
    tradesFrame(),
    tradesSecond(),
  ];
  for (const output of outputs) {
    const [, how = "", who = "", payload = ""] = cellsOf(output.type);
    const { event } = formOf(output);
    if (event !== null) assertMatch(how, words[event.detail]);
    if (event?.list === "event") assertEquals(who, "every symbol");
    const fields = [...payload.matchAll(/`(\w+)`/g)].map(([, field = ""]) => field);
    const own = output.type === "feed" ? ["sinceMs"] : [];
    const shown = output.type === "metrics" ? metricsView(output) : output;
    assertEquals(fields.sort(), [...Object.keys(shown), ...own].sort());
  }
});
