/** What metrics remember goes on in the next process, after an orderly end as after a kill, as far as it can be true. */
// deno-lint-ignore-file no-console
import { assert, assertEquals } from "@std/assert";
import { onServer } from "../integration/writer_stage.ts";
import { eventually } from "../support/eventually.ts";
import { type Monitor, startMonitor } from "../support/monitor.ts";
import { withClient } from "../support/services.ts";
import { StagedExchange } from "../support/staged_exchange.ts";

const DEADLINE_MS = 180_000;

onServer(
  "The volume delta goes on over an end and a kill of the monitor while no trade is missed, and from there when one is; the micro-price's counts add up",
  (server) =>
    withClient(server.url, async (sql) => {
      const dataDir = await Deno.makeTempDir({ prefix: "obm-metric-restart-" });
      const exchange = new StagedExchange();
      const monitors: Monitor[] = [];
      const start = async () => {
        const next = startMonitor({
          ...exchange.environment,
          ...{ DATABASE_URL: server.url, DATA_DIR: dataDir },
        });
        monitors.push(next);
        await eventually(() => /INFO +BTCUSDT +live/.test(next.log()), "it is live", DEADLINE_MS);
        await eventually(
          async () => (await sql`SELECT to_regclass('metrics') AS name`)[0]?.name !== null,
          "there are tables",
          DEADLINE_MS,
        );
        return next;
      };
      /** Waits for a row in which so much has been bought since that moment. */
      const counts = (delta: number, sinceMs: number) =>
        eventually(
          async () => {
            const rows = await sql`
              SELECT 1 FROM metrics
              WHERE cumulative_volume_delta = ${delta}
                AND cumulative_volume_delta_from_ms = ${sinceMs}`;
            return rows.length > 0;
          },
          `${delta} since ${sinceMs}`,
          DEADLINE_MS,
        );
      const remembered = async (metric: string) => {
        const [row] = await sql`SELECT memory FROM metric_state WHERE metric = ${metric}`;
        return JSON.parse(row?.memory ?? "null");
      };
      try {
        const first = await start();
        const sinceMs = exchange.trade("buy", 3);
        await counts(3, sinceMs);
        assertEquals(await first.end("SIGTERM"), 0);
        await exchange.left();
        const before = (await remembered("microPrice")).countedMs;
        assert(before > 0, "it has counted");

        const second = await start();
        exchange.trade("sell", 1);
        await counts(2, sinceMs);
        const isTold = async () => (await remembered("cumulativeVolumeDelta")).delta === 2;
        await eventually(isTold, "it is told, within 30 s", DEADLINE_MS);
        await second.end("SIGKILL");
        await exchange.left();

        const third = await start();
        exchange.trade("buy", 5);
        await counts(7, sinceMs);
        await third.end("SIGKILL");
        await exchange.left();

        const kept = (await remembered("microPrice")).countedMs;
        assert(kept > before, "what a life had counted is there although it was killed");

        // Nobody hears of this one, nor did the store of the one before it.
        exchange.trade("buy", 100);
        const fourth = await start();
        const againMs = exchange.trade("buy", 4);
        await counts(4, againMs);
        assertEquals(await fourth.end("SIGTERM"), 0);
        const after = (await remembered("microPrice")).countedMs;
        console.log(
          `the micro-price had counted ${before} ms, ${kept} ms, and ${after} ms in the end`,
        );
        assert(after > kept, "and the lives after add to it");
      } finally {
        for (const monitor of monitors) await monitor.end("SIGKILL");
        await exchange.stop();
        await Deno.remove(dataDir, { recursive: true });
      }
    }),
);
