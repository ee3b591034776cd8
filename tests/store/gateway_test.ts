import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { message } from "../../actors/store/wire.ts";
import { eventually } from "../support/eventually.ts";
import { onStage } from "./gateway_stage.ts";
import { bind, describe, execute, FLUSH, parse, query, SYNC, WireClient } from "./wire_client.ts";

Deno.test("Gateway answers SSLRequest and GSSENCRequest with N and goes on in plain", () =>
  onStage({}, async ({ path }) => {
    const client = await WireClient.dial(path);
    for (const request of [80_877_103, 80_877_104]) {
      await client.startup(request, "");
      assertEquals(await client.byte(), "N");
    }
    await client.startup(196_608);
    assertEquals(await client.types(), "RSSKZ");
    client.close();
  }));

Deno.test("Gateway tells a client of a later minor protocol that it speaks 3.0", () =>
  onStage({}, async ({ path }) => {
    const client = await WireClient.dial(path);
    await client.startup(196_610, "user\0u\0_pq_.wish\0on\0\0");
    const [first] = await client.until("Z");
    assertEquals(first?.type, "v");
    assertMatch(first?.text ?? "", /_pq_\.wish/);
    client.close();
  }));

Deno.test("Gateway refuses another protocol, and what is no startup packet", () =>
  onStage({}, async ({ path }) => {
    const old = await WireClient.dial(path);
    await old.startup(131_072);
    assertMatch((await old.until("E"))[0]?.text ?? "", /unsupported protocol version 2/);
    old.close();
    const noise = await WireClient.dial(path);
    await noise.raw(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    assertMatch((await noise.until("E"))[0]?.text ?? "", /invalid length of startup packet/);
    noise.close();
  }));

Deno.test("Gateway ends a CancelRequest without an answer", () =>
  onStage({}, async ({ path }) => {
    const client = await WireClient.dial(path);
    await client.startup(80_877_102, "\0\0\0\x01\0\0\0\0");
    assertEquals(await client.next(), null);
    client.close();
  }));

Deno.test("Gateway cancels a query that waits, asked with its key over a connection more than there is room for", () =>
  onStage({ connectionsMax: 2 }, async ({ client, path, gateway }) => {
    const holder = await client();
    await holder.send(query("BEGIN"));
    await holder.types();
    const waiting = await client();
    await waiting.send(query("SELECT 1"));
    await eventually(() => gateway.gauges().waiting === 1);
    await waiting.cancel(path, (key) => key[7] = (key[7] ?? 0) ^ 1);
    assertEquals(gateway.gauges(), { connections: 2, waiting: 1, groups: 1, refused: 0 });
    await waiting.cancel(path);
    const [error, ready] = await waiting.until("Z");
    assertMatch(error?.text ?? "", /ERROR.*C57014/);
    assertEquals([ready?.type, gateway.gauges().waiting], ["Z", 0]);
    // Of an exchange the rest is left out too, up to its Sync.
    await waiting.send(parse("", "SELECT 2"), describe("S", ""), FLUSH);
    await eventually(() => gateway.gauges().waiting === 1);
    await waiting.cancel(path);
    await waiting.until("E");
    await waiting.send(bind("", ""), execute(), SYNC);
    assertEquals(await waiting.types(), "Z");
    await holder.send(query("COMMIT"));
    assertEquals(await holder.types(), "CZ");
    await waiting.send(query("SELECT 3"));
    assertEquals(await waiting.types(), "TDCZ");
  }));

Deno.test("Gateway runs nothing for a client that has left the line", () =>
  onStage({}, async ({ client, gateway }) => {
    const holder = await client();
    await holder.send(query("BEGIN"));
    await holder.types();
    const leaving = await client();
    await leaving.send(query("CREATE TABLE left_behind (n int)"));
    await eventually(() => gateway.gauges().waiting === 1);
    leaving.close();
    await eventually(() => gateway.gauges().waiting === 0);
    await holder.send(query("COMMIT"), query("SELECT to_regclass('left_behind')"));
    await holder.types();
    assertEquals((await holder.until("Z"))[1]?.text.includes("left_behind"), false);
  }));

Deno.test("Gateway says so when there is no room for another connection, and has room again", () =>
  onStage({ connectionsMax: 1 }, async ({ client, path, gateway }) => {
    const first = await client();
    const second = await WireClient.dial(path);
    await second.startup(196_608);
    assertMatch((await second.until("E"))[0]?.text ?? "", /C53300.*too many connections/);
    second.close();
    first.close();
    await eventually(() => gateway.gauges().connections === 0);
    await client();
    assertEquals(gateway.gauges().refused, 1);
  }));

Deno.test("Gateway keeps a Parse that waits for its Bind apart from other clients", () =>
  onStage({}, async ({ client }) => {
    const slow = await client();
    const quick = await client();
    await slow.send(parse("", "SELECT 'slow'"), describe("S", ""), FLUSH);
    assertEquals(await slow.types("T"), "1tT");
    await quick.send(query("SELECT 'quick'"));
    await slow.send(bind("", ""), execute(), SYNC);
    const answer = await slow.until("Z");
    assertEquals(answer.map(({ type }) => type).join(""), "2DCZ");
    assertMatch(answer[1]?.text ?? "", /slow/);
    assertEquals(await quick.types(), "TDCZ");
  }));

Deno.test("Gateway gives each client its own unnamed statement over the whole connection", () =>
  onStage({}, async ({ client }) => {
    const one = await client();
    const two = await client();
    await one.send(parse("", "SELECT 'one'"), SYNC);
    assertEquals(await one.types(), "1Z");
    await two.send(parse("", "SELECT 'two'"), SYNC);
    assertEquals(await two.types(), "1Z");
    for (const [client, word] of [[one, /one/], [two, /two/]] as const) {
      await client.send(bind("", ""), execute(), SYNC);
      assertMatch((await client.until("Z"))[1]?.text ?? "", word);
    }
    // Nor is another client's statement there for one that has none.
    const three = await bindWithoutParse(client);
    assertMatch(three, /C26000/);
  }));

async function bindWithoutParse(connect: () => Promise<WireClient>): Promise<string> {
  const client = await connect();
  await client.send(bind("", ""), execute(), SYNC);
  const [error] = await client.until("Z");
  return error?.text ?? "";
}

Deno.test("Gateway lets two clients use one statement name for two statements", () =>
  onStage({}, async ({ client }) => {
    const one = await client();
    const two = await client();
    for (const [client, word] of [[one, "one"], [two, "two"]] as const) {
      await client.send(parse("same", `SELECT '${word}'`), SYNC);
      assertEquals(await client.types(), "1Z");
    }
    for (const [client, word] of [[one, /one/], [two, /two/]] as const) {
      await client.send(bind("", "same"), execute(), SYNC);
      assertMatch((await client.until("Z"))[1]?.text ?? "", word);
    }
  }));

Deno.test("Gateway forgets the statements of a client that has gone", () =>
  onStage({}, async ({ client, sql }) => {
    const gone = await client();
    await gone.send(parse("left_behind", "SELECT 1"), SYNC);
    await gone.types();
    const stays = sql({ max: 1 });
    const names = async () =>
      (await stays`SELECT name FROM pg_prepared_statements WHERE name LIKE '%left_behind'`).length;
    assertEquals(await names(), 1);
    gone.close();
    await eventually(async () => await names() === 0);
  }));

Deno.test("Gateway rolls back the transaction of a client that goes away, and lets others in", () =>
  onStage({}, async ({ client, sql }) => {
    const other = sql({ max: 1 });
    await other`CREATE TABLE t (n int)`;
    const gone = await client();
    await gone.send(query("BEGIN"));
    await gone.types();
    await gone.send(query("INSERT INTO t VALUES (1)"));
    await gone.types();
    const count = other`SELECT count(*)::int AS count FROM t`;
    gone.close();
    assertEquals((await count)[0]?.count, 0);
  }));

Deno.test("Gateway gives back the session of a client that goes between Parse and Sync", () =>
  onStage({}, async ({ client, sql }) => {
    const gone = await client();
    await gone.send(parse("", "SELECT wrong"), FLUSH);
    await gone.until("E");
    gone.close();
    assertEquals((await sql({ max: 1 })`SELECT 1 AS one`)[0]?.one, 1);
  }));

Deno.test("Gateway answers an error once, at the Sync, as a server does", () =>
  onStage({}, async ({ client }) => {
    const raw = await client();
    await raw.send(parse("", "SELECT wrong"), bind("", ""), execute(), SYNC);
    assertEquals(await raw.types(), "EZ");
    await raw.send(query("BEGIN"), query("SELECT wrong"), query("SELECT 1"), query("ROLLBACK"));
    assertEquals([await raw.types(), await raw.types()], ["CZ", "EZ"]);
    assertEquals([await raw.types(), await raw.types()], ["EZ", "CZ"]);
  }));

Deno.test("Gateway refuses COPY FROM STDIN with an error and goes on", () =>
  onStage({}, async ({ client }) => {
    const raw = await client();
    await raw.send(query("CREATE TABLE t (n int)"));
    await raw.types();
    await raw.send(query("COPY t FROM STDIN"));
    assertEquals(await raw.types(), "GEZ");
    await raw.send(message("d", "1\n"), message("c"));
    await raw.send(parse("", "COPY t FROM STDIN"), bind("", ""), execute(), SYNC);
    assertEquals(await raw.types(), "12GEZ");
    await raw.send(query("SELECT count(*) FROM t"));
    assertMatch((await raw.until("Z"))[1]?.text ?? "", /0$/);
  }));

Deno.test("Gateway puts out a client that holds a transaction without a word", () =>
  onStage({ heldIdleMaxMs: 50 }, async ({ client, sql }) => {
    const silent = await client();
    await silent.send(query("BEGIN"));
    await silent.types();
    assertEquals((await sql({ max: 1 })`SELECT 1 AS one`)[0]?.one, 1);
    assertMatch((await silent.until("E"))[0]?.text ?? "", /C25P03/);
    assertEquals(await silent.next(), null);
  }));

Deno.test("Gateway puts out a client that sends what is no message, and no other", () =>
  onStage({}, async ({ client }) => {
    const bad = await client();
    const good = await client();
    await bad.raw(new Uint8Array([0x79, 0, 0, 0, 4]));
    assertMatch((await bad.until("E"))[0]?.text ?? "", /FATAL.*message type y is not available/);
    assertEquals(await bad.next(), null);
    await good.send(query("SELECT 1"));
    assertEquals(await good.types(), "TDCZ");
  }));

Deno.test("Gateway refuses an answer beyond its bound and goes on", () =>
  onStage({}, async ({ client }) => {
    const greedy = await client();
    await greedy.send(query("SELECT repeat('x', 100000) FROM generate_series(1, 700)"));
    assertMatch((await greedy.until("E"))[0]?.text ?? "", /C54000.*add a LIMIT/);
    const modest = await client();
    await modest.send(query("SELECT 1"));
    assertEquals(await modest.types(), "TDCZ");
  }));

Deno.test("Gateway never enters a session that broke, and tells its clients", async () => {
  let runs = 0;
  const broken: unknown[] = [];
  const options = {
    run: () => {
      runs += 1;
      return Promise.reject(new Error("exit(1)"));
    },
    onBroken: (reason: unknown) => broken.push(reason),
  };
  await onStage(options, async ({ client }) => {
    const [one, two] = [await client(), await client()];
    await one.send(query("SELECT 1"));
    assertMatch((await one.until("E"))[0]?.text ?? "", /C57P02/);
    await two.send(query("SELECT 1"));
    assertMatch((await two.until("E"))[0]?.text ?? "", /C57P02/);
  });
  assertEquals([runs, broken.length], [1, 1]);
});

Deno.test("Gateway serves postgres.js with cursors, arrays, errors in transactions and pipelines", () =>
  onStage({}, async ({ sql }) => {
    const one = sql({ max: 3 });
    await one`CREATE TABLE t (n int PRIMARY KEY, tags text[])`;
    const tags = ['a "b"', "c\\", "d,e", "ö"];
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => one`INSERT INTO t VALUES (${n}, ${tags})`),
    );
    await assertRejects(() =>
      one.begin(async (tx) => {
        await tx`DELETE FROM t`;
        await tx`INSERT INTO t VALUES (1, NULL), (1, NULL)`;
      })
    );
    const seen: number[] = [];
    for await (const rows of one`SELECT n, tags FROM t ORDER BY n`.cursor(7)) {
      for (const row of rows) {
        seen.push(row.n);
        assertEquals(row.tags, tags);
      }
    }
    assertEquals(seen, Array.from({ length: 50 }, (_, n) => n));
  }));
