/** Shocks, walls and the table of the micro-price, held against those that another program found. */
import { assert, assertEquals } from "@std/assert";
import {
  declareFamily,
  type FamilyDeclaration,
} from "../../../../actors/symbol/engine/metrics/family.ts";
import { MicroPriceTable } from "../../../../actors/symbol/engine/metrics/micro_price_table.ts";
import { QueueChain, STATES } from "../../../../actors/symbol/engine/metrics/queue_chain.ts";
import { SideShocks } from "../../../../actors/symbol/engine/metrics/side_shocks.ts";
import type { WallEvent } from "../../../../actors/symbol/engine/metrics/wall_event.ts";
import { WALLS } from "../../../../actors/symbol/engine/metrics/walls.ts";
import { readLines } from "../../../scripts/replayed.ts";
import { recordingsDir } from "../../../support/services.ts";
import { REAL_RECORDINGS } from "../recorded_rows.ts";
import { isReference, realReference, type ReferenceShock, valuesAt } from "./reference.ts";

/** Runs a recording through one family. */
async function runThrough(name: string, family: FamilyDeclaration): Promise<void> {
  await valuesAt(await readLines(`${recordingsDir}/${name}.gz`), new Set(), [family]);
}

function assertClose(actual: number, expected: number, what: string): void {
  assert(isReference(actual, expected), `${what} is ${actual}, not ${expected}`);
}

/** A family that tells each shock that is over. */
function shockFinder(found: ReferenceShock[]): FamilyDeclaration {
  return declareFamily(["resilienceHalfLife"], "book", () => {
    const shocks = { bid: new SideShocks(), ask: new SideShocks() };
    const ids = new Map<number, number>();
    return {
      updated({ eventMs, updateId, nearBids, nearAsks }) {
        if (Number.isNaN(eventMs)) return;
        ids.set(eventMs, updateId);
        for (const side of ["bid", "ask"] as const) {
          const one = shocks[side];
          const near = side === "bid" ? nearBids : nearAsks;
          if (!one.follow({ eventMs }, near)) continue;
          const { before, low, halfLifeMs } = one;
          found.push({ side, updateId: ids.get(one.sinceMs) ?? NaN, before, low, halfLifeMs });
        }
      },
      write() {},
    };
  });
}

for (const name of REAL_RECORDINGS) {
  const ignore = recordingsDir === null;
  Deno.test({
    name: `SideShocks finds the shocks of ${name}, and how soon each was half healed`,
    ignore,
    fn: async () => {
      const found: ReferenceShock[] = [];
      await runThrough(name, shockFinder(found));
      const { shocks = [] } = await realReference(recordingsDir ?? "", name);
      const inOrder = (list: readonly ReferenceShock[]) =>
        list.toSorted((a, b) => a.updateId - b.updateId || a.side.localeCompare(b.side));
      assertEquals(found.length, shocks.length);
      for (const [i, shock] of inOrder(found).entries()) {
        const expected = inOrder(shocks)[i];
        assert(expected !== undefined);
        const { side, updateId, halfLifeMs } = expected;
        assertEquals([shock.side, shock.updateId, shock.halfLifeMs], [side, updateId, halfLifeMs]);
        assertClose(shock.before, expected.before, `before ${updateId}`);
        assertClose(shock.low, expected.low, `low ${updateId}`);
      }
    },
  });

  Deno.test({
    name: `Walls of ${name} are those that another program found, with their ends`,
    ignore,
    fn: async () => {
      const told: WallEvent[] = [];
      const listening = declareFamily([...WALLS.names], "book", (settings, recent) => {
        const family = WALLS.create(settings, recent);
        const takeWallEvents = (into: WallEvent[]) => {
          family.takeWallEvents?.(into);
          told.push(...into);
        };
        return { ...family, takeWallEvents };
      });
      await runThrough(name, listening);
      const { walls = [] } = await realReference(recordingsDir ?? "", name);
      const ended = told.filter(({ fate }) => fate !== "stood");
      const keyOf = (side: string, price: number, bornMs: number) => `${side} ${price} ${bornMs}`;
      const found = new Map(ended.map((one) => [keyOf(one.side, one.price, one.bornMs), one]));
      for (const wall of walls) {
        const key = keyOf(wall.side, wall.price, wall.bornMs);
        const one = found.get(key);
        assert(one !== undefined, `${key} was not found`);
        assertEquals(one.endedMs, wall.endMs, key);
        assertClose(one.peakQty, wall.peak, `${key}, peak`);
        assertClose(one.eatenShare, wall.eatenShare, `${key}, eaten share`);
        assertClose(one.distanceBps, wall.distanceBps, `${key}, distance`);
        // The other program knows of none that moved.
        assertEquals(one.fate === "moved" ? "pulled" : one.fate, wall.outcome, key);
      }
      assertEquals(found.size, walls.length);
      const moved = ended.filter(({ fate }) => fate === "moved");
      assertEquals(moved.map(({ price }) => price), MOVED[name]);
    },
  });

  Deno.test({
    name: `MicroPriceTable of ${name} is the one that another program made`,
    ignore,
    fn: async () => {
      const chain = new QueueChain();
      const counting = declareFamily(["microPrice"], "book", () => ({
        updated: (view) => chain.follow(view),
        write() {},
      }));
      await runThrough(name, counting);
      const table = new MicroPriceTable();
      assert(table.solve(chain));
      const { microPrice } = await realReference(recordingsDir ?? "", name);
      assert(microPrice !== undefined);
      const states = Array.from({ length: STATES }, (_, state) => state);
      assertEquals(states.map((state) => chain.visits(state)), microPrice.visits.flat());
      for (const [state, g1] of microPrice.G1Bps.flat().entries()) {
        assertClose(table.g1[state] ?? NaN, g1, `G1 of ${state}`);
        assertClose(
          table.g6[state] ?? NaN,
          microPrice.G6Bps.flat()[state] ?? NaN,
          `G6 of ${state}`,
        );
      }
    },
  });
}

/** Prices of walls that the other program calls pulled. */
const MOVED: Readonly<Record<string, readonly number[]>> = {
  btcusdt_20240808: [],
  ethusdt_20240808: [2685.58, 2680.67, 2684.65, 2679.03, 2685.43],
};
