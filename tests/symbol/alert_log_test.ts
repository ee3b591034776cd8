import { assertEquals } from "@std/assert";
import { AlertLog } from "../../actors/symbol/alert_log.ts";
import { alertEvent } from "../support/outputs.ts";

Deno.test("AlertLog tells that an alert fires, has become critical and ends, each once", () => {
  const log = new AlertLog();
  const lines = [
    alertEvent({ alertId: "a", revision: 1, summary: "wide" }),
    alertEvent({ alertId: "a", revision: 2, summary: "wide still" }),
    alertEvent({ alertId: "a", revision: 3, severity: "critical", summary: "very wide" }),
    alertEvent({ alertId: "a", revision: 4, severity: "critical", summary: "very wide still" }),
    alertEvent({ alertId: "b", revision: 1, severity: "critical", summary: "burst" }),
    alertEvent({ alertId: "b", revision: 2, severity: "critical", summary: "burst still" }),
    alertEvent({
      ...{ alertId: "a", revision: 5, severity: "critical", phase: "resolved" },
      summary: "narrow",
    }),
  ].map((event) => log.line(event));
  assertEquals(lines, [
    "alert firing: wide",
    null,
    "alert is critical now: very wide",
    null,
    "alert firing: burst",
    null,
    "alert resolved: narrow",
  ]);
});
