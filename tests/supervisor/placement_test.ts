/** Who sits in which worker: from the start, as actors come and go, and after a worker was lost. */
import { assert, assertEquals } from "@std/assert";
import { Placement } from "../../actors/supervisor/placement.ts";
import type { Sharing } from "../../actors/supervisor/sharing.ts";

const MINUTE_MS = 60_000;

function placed(sharing: Sharing, count: number) {
  let expected = count;
  const placement = new Placement(sharing, () => expected);
  const place = (actor: string, nowMs = 0, needs = "") => placement.place(actor, needs, nowMs);
  const names = Array.from({ length: count }, (_, i) => `${i}`);
  const numbers = names.map((name) => place(name));
  return { placement, place, names, numbers, expect: (now: number) => expected = now };
}

/** How many sit in each worker. */
function sizes(numbers: readonly (number | null)[]): number[] {
  const counts = new Map<number | null, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts.values()].toSorted((a, b) => a - b);
}

Deno.test("Placement spreads 200 over 16 workers, one after the other, and gives each its own where they are few", () => {
  const { numbers } = placed({ perWorker: "auto", cores: 2 }, 200);
  assertEquals(numbers.slice(0, 17), [...Array.from({ length: 16 }, (_, i) => i + 1), 1]);
  assertEquals(sizes(numbers), [...Array(8).fill(12), ...Array(8).fill(13)]);
  assertEquals(placed({ perWorker: "auto", cores: 2 }, 16).numbers, Array(16).fill(null));
  assertEquals(placed({ perWorker: 1, cores: 2 }, 40).numbers, Array(40).fill(null));
  const { numbers: onOneCore } = placed({ perWorker: "auto", cores: 1 }, 200);
  assertEquals(
    sizes(onOneCore),
    [...Array(8).fill(15), ...Array(5).fill(16)],
    "never more than 16",
  );
});

Deno.test("Placement keeps a seat from life to life, and fills what others left before it opens a worker", () => {
  const { placement, place, numbers, expect } = placed({ perWorker: 4, cores: 2 }, 8);
  assertEquals(sizes(numbers), [4, 4]);
  assertEquals(place("5"), numbers[5], "as before");
  placement.leave("5");
  placement.leave("1");
  assertEquals([place("new"), place("other")], [numbers[1], numbers[5]]);
  expect(9);
  assertEquals(place("ninth"), 3, "all are full");
  placement.leave("ninth");
  expect(8);
  placement.leave("0");
  assertEquals(place("tenth"), numbers[0], "a worker that is empty is no more");
});

Deno.test("Placement of those that are added beyond eight a core fills one worker, and those that run stay where they are", () => {
  const { place, expect } = placed({ perWorker: "auto", cores: 1 }, 8);
  const added = Array.from({ length: 20 }, (_, i) => {
    expect(9 + i);
    return place(`added ${i}`);
  });
  assertEquals(sizes(added), [4, 16]);
  assertEquals(place("3"), added.at(-1), "the next life of one that had its own shares too");
});

Deno.test("Placement lets only those share a worker that need the same", () => {
  const { place } = placed({ perWorker: 4, cores: 2 }, 1);
  const other = place("other", 0, "more rights");
  assertEquals([place("same"), place("third", 0, "more rights")], [1, other]);
  assert(other !== 1);
});

Deno.test("Placement sets those apart whose worker was lost twice within ten minutes, and no others", () => {
  const { placement, place, names, numbers } = placed({ perWorker: 3, cores: 2 }, 6);
  const first = names.filter((_, i) => numbers[i] === 1);
  assertEquals(placement.lost(1, 0), false);
  assertEquals(first.map((name) => place(name, 1)), [1, 1, 1], "once may be bad luck");
  assertEquals(placement.lost(1, 11 * MINUTE_MS), false, "so long after it that is once again");
  assertEquals(placement.lost(1, 12 * MINUTE_MS), true);
  assertEquals(first.map((name) => place(name, 12 * MINUTE_MS)), [null, null, null]);
  assertEquals(place("1", 12 * MINUTE_MS), 2, "in another worker nothing changes");
});

Deno.test("Placement lets one that lived apart share again when its time is up, which a crash of its own puts off", () => {
  const { placement, place } = placed({ perWorker: 2, cores: 2 }, 2);
  placement.lost(1, 0);
  placement.lost(1, 0);
  assertEquals([place("0", 0), place("1", 0)], [null, null]);
  placement.crashed("1", 6 * MINUTE_MS);
  assertEquals([place("0", 11 * MINUTE_MS), place("1", 11 * MINUTE_MS)], [2, null]);
  assertEquals(place("1", 17 * MINUTE_MS), 2);
  placement.crashed("0", 17 * MINUTE_MS);
  assertEquals(place("0", 17 * MINUTE_MS), 2, "who shares is not set apart by its own crash");
});
