/** How often a page is told of a symbol in focus. */
import { assertEquals } from "@std/assert";
import { METRIC_NAMES } from "../../shared/catalogue/metrics.ts";
import { readMetricCells } from "../../shared/wire/cells.ts";
import { createHub } from "./hub_stage.ts";
import { START_MS, systemStatus } from "../support/outputs.ts";
import { inFocus, look, moment, Page, pageOf } from "./told_page.ts";

Deno.test("A slower pace tells of a symbol in focus as often as it says, as changes of its own, and of another state at once", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const [full, slow] = ([10, 1] as const).map((pace, i) => {
    const page = pageOf(hub, inFocus("BTCUSDT"), { streamId: i === 0 ? "full" : "mine" });
    if (pace === 1) look(hub, ["BTCUSDT"], { pace });
    return page;
  });
  const told = (page?: Page) => page?.read().filter(({ name }) => name === "frame").length;
  moment(hub, 100);
  hub.flush(1_050);
  assertEquals([told(full), told(slow)], [1, 1], "who has nothing waits for no beat");
  for (let n = 1; n <= 30; n++) {
    moment(hub, 100 + n);
    hub.flush(1_050 + n * 100);
  }
  assertEquals([told(full), told(slow)], [30, 3]);
  assertEquals([full?.mid(), slow?.mid()], [130, 130]);
  const { wholes = 0 } = slow ?? {};
  moment(hub, 131, { state: "syncing" });
  hub.flush(4_150);
  assertEquals([told(full), told(slow)], [1, 1], "how far it can be trusted waits for no beat");
  assertEquals(slow?.frame()?.state, "syncing");
  moment(hub, 132);
  hub.flush(4_250);
  moment(hub, 133);
  hub.flush(4_350);
  assertEquals([told(full), told(slow)], [2, 1]);
  assertEquals([full?.mid(), slow?.mid()], [133, 132]);
  assertEquals(slow?.wholes, wholes, "changes, though frames lay between");
  // Numbers of another pace are of other frames: the next one is whole.
  look(hub, ["BTCUSDT"], { pace: 10 });
  hub.flush(4_450);
  assertEquals([told(slow), slow?.mid(), slow?.wholes], [1, 133, wholes + 1]);
});

Deno.test("A page that comes to another pace is told whole, though its frame has the number of one that it has not", () => {
  const hub = createHub();
  hub.setSystem(systemStatus());
  const slow = pageOf(hub, inFocus("BTCUSDT"), { streamId: "mine" });
  look(hub, ["BTCUSDT"], { pace: 1 });
  for (const [id, nowMs] of [[100, 1_000], [130, 2_000]] as const) {
    moment(hub, id);
    hub.flush(nowMs);
  }
  slow.read();
  const other = pageOf(hub, inFocus("BTCUSDT"), { streamId: "other" });
  for (const [id, nowMs] of [[131, 2_100], [132, 2_200]] as const) {
    moment(hub, id, { imbalance: 0.5 });
    hub.flush(nowMs);
  }
  other.read();
  hub.look("other", {
    focus: ["BTCUSDT"],
    columns: ["mid"],
    details: [],
    pace: 1,
    isHidden: false,
  }, START_MS + 5);
  moment(hub, 140);
  hub.flush(3_000);
  for (const page of [slow, other]) page.read();
  const imbalanceOf = (page: Page) =>
    readMetricCells(METRIC_NAMES, page.frame()?.cells ?? []).values.imbalance;
  assertEquals([slow.mid(), other.mid()], [140, 140]);
  assertEquals(imbalanceOf(other), imbalanceOf(slow));
});
