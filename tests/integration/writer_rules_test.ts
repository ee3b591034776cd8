/** How rules stood: stored once each, the newest, and told to all symbols that ask in one question. */
import { assertEquals, assertObjectMatch } from "@std/assert";
import { MONITOR } from "../../shared/market.ts";
import { metricState, microPriceTable } from "../support/memory_outputs.ts";
import { muteRecord } from "../support/mutes.ts";
import { alertEvent, ruleState } from "../support/outputs.ts";
import { delivery } from "../writer/outputs.ts";
import { type Promised, startWriter, SymbolPort, testOnBothDatabases } from "./writer_stage.ts";

const PROMISES: Record<string, Promised> = {
  "stores of each rule what was told last, whatever comes again and in whatever order": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    const rows = () => sql`SELECT rule, phase, samples FROM rule_state ORDER BY rule`;
    const first = ruleState({ number: 1, samples: 1 });
    const second = ruleState({ number: 2, samples: 31, isChange: false });
    symbol.send(delivery(1, [first, second, ruleState({ rule: "other" })], { incarnation: 5 }));
    symbol.send(delivery(2, [first], { incarnation: 5 }));
    await symbol.acked(2);
    assertEquals([...await rows()].map((row) => ({ ...row })), [
      { rule: "other", phase: "learning", samples: 120 },
      { rule: "spread_widening", phase: "learning", samples: 31 },
    ]);
    // A later life counts anew, and what an earlier one had told comes too late.
    symbol.send(delivery(3, [ruleState({ phase: "idle", samples: 300 })], { incarnation: 6 }));
    symbol.send(delivery(4, [ruleState({ number: 99, samples: 7 })], { incarnation: 5 }));
    await symbol.acked(4);
    const [, spread] = await rows();
    assertEquals([spread?.phase, spread?.samples], ["idle", 300]);
    symbol.close();
    await writer.drain();
  },

  "stores what a micro-price has learnt, with what is not known in it": async (
    { address, sql },
  ) => {
    const writer = startWriter({ database: address });
    const symbol = new SymbolPort(writer);
    symbol.send(delivery(1, [microPriceTable({ shiftsBps: [null, 0.25], visits: [1, 2.5] })]));
    await symbol.acked(1);
    const [row] = await sql`
      SELECT symbol, counted_ms, moves, to_json(shifts_bps) AS shifts, to_json(visits) AS visits
      FROM micro_prices_with_market`;
    assertEquals({ ...row }, {
      ...{ symbol: "BTCUSDT", counted_ms: 7_200_000, moves: 12_000 },
      ...{ shifts: [null, 0.25], visits: [1, 2.5] },
    });
    symbol.close();
    await writer.drain();
  },

  "tells who asks what it remembers, of its own symbol and exactly": async ({ address }) => {
    const writer = startWriter({ database: address });
    const state = ruleState({ phase: "firing", level: 2, memory: '{"a":[1,null]}' });
    const event = alertEvent({ symbol: "ETHUSDT" });
    const first = new SymbolPort(writer, "ETHUSDT");
    const memory = '{"counts":[1,0.5,null]}';
    const old = metricState({ symbol: "ETHUSDT" });
    const counts = metricState({ symbol: "ETHUSDT", metric: "microPrice", memory });
    first.send(delivery(1, [{ ...state, symbol: "ETHUSDT" }, event, old, counts]));
    const delta = { ...old, number: 2, memory: '{"delta":0.1}' };
    first.send(delivery(2, [delta]));
    await first.acked(2);
    const [own, other] = [new SymbolPort(writer, "ETHUSDT"), new SymbolPort(writer, "BTCUSDT")];
    const { firing, rules, metrics } = await own.remembered();
    assertEquals(firing, [event]);
    const { isChange: _, ...row } = { ...state, symbol: "ETHUSDT" };
    assertObjectMatch({ rules }, { rules: [{ ...row }] });
    const byMetric = metrics.toSorted((a, b) => a.metric < b.metric ? -1 : 1);
    assertObjectMatch({ byMetric }, { byMetric: [{ ...delta }, { ...counts }] });
    assertEquals(metrics.length, 2);
    const { firing: none, rules: no, metrics: nor } = await other.remembered();
    assertEquals([none, no, nor], [[], [], []]);
    for (const port of [first, own, other]) port.close();
    await writer.drain();
  },

  "keeps what is muted, newest word by newest word, and tells it to the symbols that it concerns":
    async (
      { address, sql },
    ) => {
      const writer = startWriter({ database: address });
      const first = new SymbolPort(writer, "BTCUSDT");
      const untilMs = Date.now() + 3_600_000;
      const own = muteRecord({ muteId: "own", untilMs, rule: null, reason: "news" });
      const ofAll = muteRecord({ muteId: "all", untilMs, by: null, ...MONITOR });
      const gone = muteRecord({ muteId: "gone", untilMs });
      const removed = { ...gone, revision: 2, timeMs: gone.timeMs + 1, removedMs: gone.timeMs + 1 };
      const over = muteRecord({ muteId: "over", untilMs: Date.now() - 1 });
      const seen = alertEvent({
        mutedUntilMs: untilMs,
        inhibits: true,
        acknowledged: { timeMs: 5_000, by: null, comment: "seen", severity: "warning" },
      });
      first.send(delivery(1, [own, ofAll, removed, over, seen]));
      // Another symbol's actor tells of what concerns all as well, and an older word comes too late.
      first.send(delivery(2, [ofAll, gone]));
      await first.acked(2);
      const rows = await sql`
      SELECT mute_id, symbol, removed_at IS NULL AS holds FROM mutes_with_market ORDER BY mute_id`;
      assertEquals(rows.map(({ mute_id, symbol, holds }) => [mute_id, symbol, holds]), [
        ["all", "monitor", true],
        ["gone", "BTCUSDT", false],
        ["over", "BTCUSDT", true],
        ["own", "BTCUSDT", true],
      ]);
      const [btc, eth] = [new SymbolPort(writer, "BTCUSDT"), new SymbolPort(writer, "ETHUSDT")];
      const { mutes, firing } = await btc.remembered();
      assertEquals([mutes, firing], [[ofAll, own], [seen]]);
      assertEquals((await eth.remembered()).mutes, [ofAll]);
      for (const port of [first, btc, eth]) port.close();
      await writer.drain();
    },
};

testOnBothDatabases("writer of rules", PROMISES);
