/** What people say to alerts, as a symbol's actor hears, tells and answers it. */
import { assertEquals } from "@std/assert";
import { MONITOR } from "../../shared/market.ts";
import { eventually } from "../support/eventually.ts";
import { muteRecord } from "../support/mutes.ts";
import { alertEvent } from "../support/outputs.ts";
import { type PortUnderTest, Stage } from "./actor_stage.ts";

const untilMs = Date.now() + 3_600_000;
const mutesOf = ({ items }: PortUnderTest) =>
  items.flatMap((item) => item.type === "mute" ? [[item.muteId, item.revision]] : []).sort();

Deno.test("SymbolActor tells writer and web of each mute that it heeds, once, whoever told it, and leaves it to its next life", async () => {
  const early = muteRecord({ muteId: "early", untilMs, ...MONITOR });
  await using stage = new Stage({ mutes: [early] });
  const [writer, web] = [stage.port("writer"), stage.port("web")];
  stage.actor.control({ type: "mute", mute: early });
  const made = muteRecord({ muteId: "made", untilMs });
  stage.actor.control({ type: "mute", mute: made });
  stage.actor.control({
    type: "mute",
    mute: muteRecord({ muteId: "not ours", symbol: "ETHUSDT" }),
  });
  stage.actor.control({ type: "mute", mute: { ...made, revision: 2, removedMs: Date.now() } });
  const told = [["early", 1], ["made", 1], ["made", 2]];
  // Of what waits for the writer only the newest word on each is told.
  await eventually(() => mutesOf(web).length === 3 && mutesOf(writer).length >= 2);
  assertEquals(mutesOf(web), told);
  assertEquals(mutesOf(writer).filter(([id]) => id === "early"), [["early", 1]]);
  const stored = muteRecord({ muteId: "stored", untilMs });
  const { muteId: _, ...broken } = stored;
  writer.restore({
    mutes: [
      stored,
      { ...stored, symbol: "ETHUSDT" },
      broken as typeof stored,
      { ...made, muteId: "all", ...MONITOR },
    ],
  });
  const known = () => stage.actor.checkpoint().alerts.mutes.map(({ muteId }) => muteId).sort();
  await eventually(() => known().length === 4);
  assertEquals(known(), ["all", "early", "made", "stored"]);
  assertEquals(stage.actor.gauges()["refusedAlerts"], 2);
});

Deno.test("SymbolActor answers who has seen an episode: with its next revision, that it does not fire, or that this is not known yet", async () => {
  await using stage = new Stage();
  const writer = stage.port("writer");
  const said = { by: "anna", comment: null };
  const ask = (id: number, alertId = "a1") =>
    stage.actor.control({ type: "acknowledge", id, alertId, said });
  ask(1);
  writer.restore({ firing: [alertEvent({ rule: "extreme_imbalance_bid" })] });
  await eventually(() => stage.actor.checkpoint().alerts.rules.length > 0);
  ask(2);
  ask(3, "another");
  const [[, first] = [], [, second] = [], [, third] = []] = stage.acknowledged;
  assertEquals([first, third], ["unknown", null]);
  if (second === null || second === undefined || second === "unknown") {
    throw new TypeError("no alert");
  }
  assertEquals([second.alertId, second.revision, second.acknowledged?.by], ["a1", 2, "anna"]);
  await eventually(() => writer.alerts.some(({ revision }) => revision === 2));
  assertEquals(writer.alerts.map(({ acknowledged }) => acknowledged), [second.acknowledged]);
});
