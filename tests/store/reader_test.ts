/** What the gateway makes of a client that says in its greeting that it only reads. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { onStage } from "./gateway_stage.ts";
import { bind, describe, execute, FLUSH, parse, query, SYNC, WireClient } from "./wire_client.ts";

const READER = "user\0u\0default_transaction_read_only\0true\0\0";

Deno.test("Gateway runs a reader's exchange in a read-only transaction of its own, of which it knows nothing", () =>
  onStage({}, async ({ client, sql }) => {
    const writer = sql({ max: 1 });
    await writer`CREATE TABLE t (n int)`;
    const reader = await client(READER);
    await reader.send(query("INSERT INTO t VALUES (1)"));
    const [error, ready] = await reader.until("Z");
    assertMatch(error?.text ?? "", /C25006/);
    assertEquals(ready?.text, "I");
    await reader.send(parse("", "INSERT INTO t VALUES (1)"), bind("", ""), execute(), SYNC);
    assertEquals(await reader.types(), "12EZ");
    // The others' transactions are their own.
    await writer`INSERT INTO t VALUES (2)`;
    await reader.send(query("SELECT n FROM t"));
    const answer = await reader.until("Z");
    assertEquals(answer.map(({ type }) => type).join(""), "TDCZ");
    assertEquals(answer.at(-1)?.text, "I");
  }));

Deno.test("Gateway keeps no transaction open for a reader between its exchanges, asked or not", () =>
  onStage({}, async ({ client, gateway }) => {
    const reader = await client(READER);
    const writer = await client();
    await reader.send(query("BEGIN"));
    await reader.types();
    await writer.send(query("CREATE TABLE t (n int)"));
    assertEquals(await writer.types(), "CZ");
    assertEquals(gateway.gauges().waiting, 0);
  }));

Deno.test("Gateway gives a reader its unnamed and named statements over its transactions", () =>
  onStage({}, async ({ client }) => {
    const reader = await client(READER);
    await reader.send(parse("", "SELECT 'mine'"), parse("named", "SELECT 'kept'"), SYNC);
    assertEquals(await reader.types(), "11Z");
    for (const [name, word] of [["", /mine/], ["named", /kept/], ["", /mine/]] as const) {
      await reader.send(bind("", name), execute(), SYNC);
      assertMatch((await reader.until("Z"))[1]?.text ?? "", word);
    }
  }));

Deno.test("Gateway puts out a reader that stops in the middle of an exchange for longer than its deadline", () =>
  onStage({}, async ({ client }) => {
    const reader = await client(`${READER.slice(0, -1)}statement_timeout\x0050ms\0\0`);
    await reader.send(parse("", "SELECT 1"), describe("S", ""), FLUSH);
    await reader.types("T");
    assertMatch((await reader.until("E"))[0]?.text ?? "", /C25P03/);
  }));

Deno.test("Gateway serves those who write before readers who came earlier", () =>
  onStage({}, async ({ client, gateway }) => {
    const holder = await client();
    await holder.send(query("CREATE TABLE t (n int)"), query("BEGIN"));
    await holder.types();
    await holder.types();
    const readers = [await client(READER), await client(READER)];
    const writers = [await client(), await client()];
    const waits = async (count: number) =>
      await eventually(() => gateway.gauges().waiting === count);
    for (const [i, reader] of readers.entries()) {
      await reader.send(query("SELECT count(*) FROM t"));
      await waits(i + 1);
    }
    for (const [i, writer] of writers.entries()) {
      await writer.send(query("INSERT INTO t SELECT count(*) + 1 FROM t"));
      await waits(readers.length + i + 1);
    }
    await holder.send(query("COMMIT"));
    await holder.types();
    for (const writer of writers) assertEquals(await writer.types(), "CZ");
    for (const reader of readers) {
      assertMatch((await reader.until("Z"))[1]?.text ?? "", /2$/);
    }
  }));

Deno.test("Gateway tells a reader's driver what a server would of values that are none", () =>
  onStage({}, async ({ sql }) => {
    for (
      const connection of [
        { statement_timeout: "soon" },
        { default_transaction_read_only: "perhaps" },
      ] as unknown as { statement_timeout: number }[]
    ) {
      const error = await assertRejects(() => sql({ max: 1, connection })`SELECT 1`);
      assertEquals((error as { code?: string }).code, "22023");
    }
  }));

Deno.test("Gateway refuses everyone while there is no room, as a server does, but who is in a transaction", async () => {
  let shortage: string | null = null;
  await onStage({ shortage: () => shortage }, async ({ client, path, sql }) => {
    const writer = sql({ max: 1 });
    await writer`CREATE TABLE t (n int)`;
    const [reader, open] = [await client(READER), await client()];
    await open.send(query("BEGIN"));
    await open.types();
    shortage = "only 3 MB are free";
    // What is under way is not torn.
    await open.send(query("INSERT INTO t VALUES (0)"), query("COMMIT"));
    assertEquals([await open.types(), await open.types()], ["CZ", "CZ"]);
    const error = await assertRejects(() => writer`INSERT INTO t VALUES (${1})`);
    assertEquals((error as { code?: string }).code, "53100");
    await reader.send(query("SELECT count(*) FROM t"));
    assertMatch((await reader.until("Z"))[0]?.text ?? "", /C53100.*only 3 MB/);
    const late = await WireClient.dial(path);
    await late.startup(196_608);
    assertMatch((await late.until("E"))[0]?.text ?? "", /FATAL.*C53100.*only 3 MB/);
    late.close();
    shortage = null;
    await reader.send(query("SELECT count(*) FROM t"));
    assertMatch((await reader.until("Z"))[1]?.text ?? "", /1$/);
    assertEquals((await writer`INSERT INTO t VALUES (${2})`).count, 1);
  });
});
