import { assertEquals } from "@std/assert";
import { LOSS_SHOWN_MS, RecentLosses } from "../../web/recent_losses.ts";
import {
  lossRecord,
  metricsFrame,
  START_MS,
  storesStatus,
  systemStatus,
} from "../support/outputs.ts";
import { setUp } from "./app_stage.ts";
import { join } from "./fake_browser.ts";

Deno.test("RecentLosses sums each record once, for an hour after it was told", () => {
  const losses = new RecentLosses();
  assertEquals(losses.summary(START_MS), null);
  losses.take(lossRecord());
  losses.take(lossRecord());
  const cause = "poison";
  losses.take(lossRecord({ number: 2, cause, rows: 9, timeMs: START_MS + 1, toMs: START_MS }));
  losses.take(lossRecord({ number: 3, fromMs: null, toMs: null, rows: 1, timeMs: START_MS + 2 }));
  assertEquals(losses.summary(START_MS + 2), {
    rows: 13,
    fromMs: START_MS - 60_000,
    toMs: START_MS,
    lastToldMs: START_MS + 2,
    causes: [["poison", 9], ["outbox full", 4]],
  });
  assertEquals(losses.summary(START_MS + LOSS_SHOWN_MS)?.rows, 10);
  assertEquals(losses.summary(START_MS + LOSS_SHOWN_MS + 2), null);
});

Deno.test("A loss makes /healthz and the chip degraded, with a count and a span, for an hour", async () => {
  const { hub, ask } = setUp();
  hub.setSystem(systemStatus());
  hub.publish(metricsFrame());
  hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
  const { browser } = join(hub);
  browser.read();
  hub.publish(lossRecord());
  hub.flush(0);
  const events = browser.read();
  assertEquals(events.find(({ name }) => name === "loss")?.payload.rows, 3);
  const { status, reasons, storage } = await (await ask("/healthz")).json();
  const span = "11:59:00Z to 11:59:02Z";
  const reason =
    `3 rows were lost in the last hour, of ${span} (outbox full 3): /api/losses has each`;
  assertEquals([status, reasons], ["degraded", [reason]]);
  assertEquals(events.find(({ name }) => name === "storage")?.payload, storage);
  assertEquals(storage.word, "rows lost");
  hub.setSystem(systemStatus({ timeMs: START_MS + LOSS_SHOWN_MS }));
  hub.flush(1_000);
  const [over] = browser.read().filter(({ name }) => name === "storage");
  assertEquals(over?.payload.status, "ok");
});

Deno.test("GET /healthz is 503 while rows are not stored and not kept either", async () => {
  const { hub, ask } = setUp();
  const sinceMs = START_MS - 900_000;
  const database = { state: "down", reason: "connection refused", sinceMs } as const;
  hub.setSystem(systemStatus({ stores: storesStatus({ database }) }));
  hub.publish(metricsFrame());
  hub.publish(metricsFrame({ symbol: "ETHUSDT" }));
  hub.publish(lossRecord({ timeMs: sinceMs - 1 }));
  assertEquals((await ask("/healthz")).status, 200, "lost before");
  hub.publish(lossRecord({ number: 2 }));
  const response = await ask("/healthz");
  assertEquals(response.status, 503);
  const { status, reasons } = await response.json();
  assertEquals([status, reasons[0]], [
    "down",
    "The database cannot be written since 11:45:00Z: connection refused; rows are being lost",
  ]);
});
