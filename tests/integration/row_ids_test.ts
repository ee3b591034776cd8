/** The short ids of markets and settings in a database that several lives of the writer write to. */
import { assertEquals, assertRejects } from "@std/assert";
import { Database } from "../../actors/writer/postgres.ts";
import { rowsOf } from "../../actors/writer/rows.ts";
import { DEFAULT_SETTINGS, DEFINITIONS_VERSION } from "../../shared/catalogue/settings.ts";
import type { Market } from "../../shared/market.ts";
import type { Delivery } from "../../shared/protocol.ts";
import { alertEvent, bucketFrame, delivery } from "../writer/outputs.ts";
import { type Promised, type TestDatabase, testOnBothDatabases } from "./writer_stage.ts";

const OTHER_SETTINGS = { ...DEFAULT_SETTINGS, imbalanceLevels: 5, weightLambdaBps: 1 };

/** One life of the writer. */
async function inALife(
  address: TestDatabase["address"],
  use: (database: Database) => Promise<void>,
): Promise<void> {
  const database = new Database(address, "test");
  await database.open();
  await use(database);
  await database.close();
}

const write = (database: Database, ...deliveries: Delivery[]) =>
  database.write(deliveries.flatMap(rowsOf));

const PROMISES: Record<string, Promised> = {
  "are given once, counting up, and are the same to the next life": async ({ address, sql }) => {
    const ofSymbol = (second: number, symbol: string) => bucketFrame(second, { symbol });
    await inALife(address, async (database) => {
      await write(database, delivery(1, [ofSymbol(1, "BTCUSDT"), ofSymbol(1, "币安人生USDT")]));
      await write(database, delivery(2, [ofSymbol(2, "BTCUSDT"), ofSymbol(1, "ETHUSDT")]));
    });
    await inALife(address, async (database) => {
      const other = delivery(1, [ofSymbol(3, "ETHUSDT")], { settings: OTHER_SETTINGS });
      await write(database, other, delivery(1, [ofSymbol(4, "XRPUSDT"), ofSymbol(3, "BTCUSDT")]));
    });
    const symbols =
      await sql`SELECT symbol_id AS id, venue, symbol FROM symbols ORDER BY symbol_id`;
    assertEquals(symbols.map(({ id, venue, symbol }) => [id, venue, symbol]), [
      [0, "monitor", "monitor"],
      [1, "binance_spot", "BTCUSDT"],
      [2, "binance_spot", "币安人生USDT"],
      [3, "binance_spot", "ETHUSDT"],
      [4, "binance_spot", "XRPUSDT"],
    ]);
    const settings = await sql`
      SELECT settings_id AS id, definitions, imbalance_levels AS levels, weight_lambda_bps AS lambda,
        slope_window_ms AS window, since IS NULL AS before FROM settings ORDER BY settings_id`;
    assertEquals(settings.map((row) => ({ ...row })), [
      { id: 0, definitions: 0, levels: 10, lambda: 5, window: 5_000, before: true },
      {
        id: 1,
        definitions: DEFINITIONS_VERSION,
        levels: 10,
        lambda: 5,
        window: 5_000,
        before: false,
      },
      {
        id: 2,
        definitions: DEFINITIONS_VERSION,
        levels: 5,
        lambda: 1,
        window: 5_000,
        before: false,
      },
    ]);
    const rows = await sql`
      SELECT symbol_id AS symbol, settings_id AS settings FROM metrics ORDER BY symbol_id, time`;
    assertEquals(rows.map(({ symbol, settings }) => [symbol, settings]), [
      [1, 1],
      [1, 1],
      [1, 1],
      [2, 1],
      [3, 1],
      [3, 2],
      [4, 1],
    ]);
  },

  "go with the transaction that made them, when it fails": async ({ address, sql }) => {
    const refused = alertEvent({ symbol: "NEWUSDT", threshold: null as unknown as number });
    const fine = alertEvent({ symbol: "NEWUSDT" });
    await inALife(address, async (database) => {
      const first = delivery(1, [refused], { settings: OTHER_SETTINGS });
      await assertRejects(() => write(database, first), Error, "null value in column");
      await write(database, delivery(1, [fine, bucketFrame(1)], { settings: OTHER_SETTINGS }));
    });
    const alerts = await sql`SELECT symbol FROM alerts_with_market`;
    assertEquals(alerts.map(({ symbol }) => symbol), ["NEWUSDT"]);
    const metrics = await sql`
      SELECT imbalance_levels AS levels FROM metrics JOIN settings USING (settings_id)`;
    assertEquals(metrics.map(({ levels }) => levels), [OTHER_SETTINGS.imbalanceLevels]);
  },

  "keep the same symbol of two venues apart, and find the alerts of one": async ({ address }) => {
    const monitor: Market = { venue: "monitor", symbol: "monitor" };
    const own = alertEvent({ ...monitor, alertId: "monitor/monitor/loss/1" });
    const namesake = alertEvent({ symbol: "MONITOR", alertId: "binance_spot/MONITOR/loss/1" });
    await inALife(address, async (database) => {
      await write(database, delivery(1, [own, namesake]));
      const firing = async (market: Market) =>
        (await database.memoryOf([market], 0)).get(market.symbol)?.firing;
      assertEquals(await firing(monitor), [own]);
      assertEquals(await firing({ venue: "binance_spot", symbol: "MONITOR" }), [namesake]);
      assertEquals(await firing({ venue: "binance_spot", symbol: "monitor" }), []);
    });
  },
};

testOnBothDatabases("Ids of markets and settings", PROMISES);
