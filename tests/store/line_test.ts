import { assertEquals, assertRejects } from "@std/assert";
import { Line } from "../../actors/store/line.ts";

Deno.test("Line.enter() lets in by rank, then in the order of coming, and those who left not at all", async () => {
  const line = new Line();
  const release = await line.enter("reader");
  const order: string[] = [];
  const leaving = new AbortController();
  const entered = (["reader", "writer", "reader", "upkeep", "writer"] as const).map(
    async (rank, i) => {
      const giveBack = await line.enter(rank, i === 2 ? leaving.signal : undefined);
      order.push(`${rank} ${i}`);
      giveBack();
    },
  );
  assertEquals(line.length, 5);
  leaving.abort("gone");
  await assertRejects(() => entered[2] ?? Promise.resolve());
  assertEquals(line.length, 4);
  release();
  await Promise.all(entered.filter((_, i) => i !== 2));
  assertEquals(order, ["upkeep 3", "writer 1", "writer 4", "reader 0"]);
});

Deno.test("Line.enter() has one inside at a time, and is free again when the last one has gone", async () => {
  const line = new Line();
  let inside = 0;
  await Promise.all(Array.from({ length: 20 }, async () => {
    const release = await line.enter("writer");
    inside += 1;
    await Promise.resolve();
    assertEquals(inside, 1);
    inside -= 1;
    release();
  }));
  assertEquals(line.length, 0);
  (await line.enter("reader"))();
});
