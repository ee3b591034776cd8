/** The listening socket: nobody holds it for ever, and nobody holds all of it. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { deadline } from "@std/async/deadline";
import { addressSet, type HttpServer, openServer } from "../../web/server.ts";
import { createConnection } from "node:net";
import { eventually } from "../support/eventually.ts";
import { setUp } from "./app_stage.ts";

/** Short enough for a test, and in the order of the real ones. */
const TIMES = { headers: 200, request: 400, kept: 300, idle: 600, check: 50 };
/** For who has asked in full, however late a busy machine comes to it. */
const PATIENT = { ...TIMES, headers: 600_000, request: 600_000, idle: 600_000 };
const NOBODY = () => false;
const MANY = { max: 100, maxPerAddress: 100, isProxy: NOBODY };
const HEAD = "GET / HTTP/1.1\r\nHost: localhost\r\n";
const POST = "POST /api/symbols HTTP/1.1\r\nHost: localhost\r\ncontent-type: application/json\r\n";

/** An answer that is larger than what two sockets hold. */
const endless = () =>
  new Response(new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(1 << 20)) }));

async function connect({ port }: HttpServer, text = ""): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  return connection;
}

/** All that the server says until it closes the connection; much longer than any of `TIMES`. */
async function rest(connection: Deno.TcpConn): Promise<string> {
  let text = "";
  const read = async () => {
    for await (const bytes of connection.readable) text += new TextDecoder().decode(bytes);
  };
  try {
    await deadline(read(), 120_000);
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return text;
}

/** The library looks twice, a turn after another, whether a body that was cut off has ended; then its timers are over. */
async function libraryLooked(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve));
}

for (
  const [what, text, answer, times] of [
    ["says nothing", "", "408 Request Timeout", TIMES],
    ["sends half a request line", "GET /heal", "408 Request Timeout", TIMES],
    ["never ends its headers", `${HEAD}X: `, "408 Request Timeout", TIMES],
    ["never sends its body", `${POST}content-length: 30\r\n\r\n{`, "408 Request Timeout", TIMES],
    ["asks nothing more", `${HEAD}\r\n`, "200 OK", PATIENT],
    [
      "sends headers without end",
      `${HEAD}${"X: 0123456789abcdef\r\n".repeat(2_000)}`,
      "431",
      PATIENT,
    ],
    [
      "speaks another language",
      "\x16\x03\x01\x00\xa5 hello\r\n\r\n",
      "400 Bad Request",
      PATIENT,
    ],
  ] as const
) {
  Deno.test(`openServer() ends a connection that ${what}`, async () => {
    const { app } = setUp();
    const answer_ = (request: Request, peer: string) => app.fetch(request, { peer });
    const server = await openServer(answer_, { host: "127.0.0.1", port: 0 }, MANY, () => {}, times);
    const connection = await connect(server, text);
    assertStringIncludes(await rest(connection), answer);
    await eventually(() => server.gauges["connections"] === 0);
    await server.close(1_000);
    await libraryLooked();
  });
}

Deno.test("openServer() ends a kept connection by its own time, however long an answer may be idle", async () => {
  const answer = () => new Response("hello");
  const server = await openServer(answer, { host: "127.0.0.1", port: 0 }, MANY, () => {}, PATIENT);
  const connection = await connect(server, `${HEAD}\r\n`);
  assertStringIncludes(await rest(connection), "hello");
  await server.close(1_000);
});

Deno.test("openServer() ends a connection whose headers come byte by byte", async () => {
  const answer = () => new Response("");
  const server = await openServer(answer, { host: "127.0.0.1", port: 0 }, MANY, () => {}, TIMES);
  const connection = await connect(server, HEAD);
  // Not by its stream, which closes the connection for who reads as well when a write fails.
  const trickle = setInterval(() => {
    connection.write(new TextEncoder().encode("a")).catch(() => clearInterval(trickle));
  }, 20);
  try {
    assertStringIncludes(await rest(connection), "408 Request Timeout");
  } finally {
    clearInterval(trickle);
    await server.close(1_000);
  }
});

Deno.test("openServer() ends a connection that reads nothing of its answer", async () => {
  const server = await openServer(endless, { host: "127.0.0.1", port: 0 }, MANY, () => {}, TIMES);
  const connection = await connect(server, `${HEAD}\r\n`);
  await eventually(() => server.gauges["connections"] === 1);
  await eventually(() => server.gauges["connections"] === 0);
  connection.close();
  await server.close(1_000);
});

Deno.test("openServer() takes as many connections of one address, and in all, as it is told", async () => {
  const answer = () => new Response("hello");
  for (
    const [limits, told] of [
      [{ max: 2, maxPerAddress: 9, isProxy: NOBODY }, "there are 2 in all"],
      [{ max: 9, maxPerAddress: 2, isProxy: NOBODY }, "there are 2 of 127.0.0.1"],
    ] as const
  ) {
    const reports: string[] = [];
    const report = (line: string) => void reports.push(line);
    const server = await openServer(answer, { host: "127.0.0.1", port: 0 }, limits, report);
    const held = [await connect(server), await connect(server)];
    await eventually(() => server.gauges["connections"] === 2);
    for (let n = 0; n < 3; n++) assertEquals(await rest(await connect(server)), "");
    assertEquals(server.gauges, { connections: 2, connectionsRefused: 3 });
    assertEquals(reports, [`Connections are refused: ${told}; /healthz counts them`]);
    held.pop()?.close();
    await eventually(() => server.gauges["connections"] === 1);
    const next = await connect(server, `${HEAD}connection: close\r\n\r\n`);
    assertStringIncludes(await rest(next), "hello");
    held.pop()?.close();
    await server.close(1_000);
  }
});

Deno.test("openServer() counts IPv4 visitors each by itself, on an address of both families too", async () => {
  const limits = { max: 9, maxPerAddress: 1, isProxy: NOBODY };
  const server = await openServer(
    () => new Response(""),
    { host: "::", port: 0 },
    limits,
    () => {},
  );
  const from = async (localAddress: string) => {
    const socket = createConnection({ host: "127.0.0.1", port: server.port, localAddress });
    await new Promise((resolve) => socket.once("connect", resolve));
    return socket;
  };
  const held = [await from("127.0.0.1"), await from("127.0.0.2")];
  await eventually(() => server.gauges["connections"] === 2);
  const third = await from("127.0.0.2");
  await eventually(() => server.gauges["connectionsRefused"] === 1);
  for (const socket of [...held, third]) socket.destroy();
  await server.close(1_000);
});

Deno.test("openServer() counts the connections of a trusted proxy in all only", async () => {
  const limits = { max: 3, maxPerAddress: 1, isProxy: addressSet(["127.0.0.0/8"]) };
  const answer = () => new Response("");
  const server = await openServer(answer, { host: "127.0.0.1", port: 0 }, limits, () => {});
  const held = [await connect(server), await connect(server), await connect(server)];
  await eventually(() => server.gauges["connections"] === 3);
  assertEquals(await rest(await connect(server)), "");
  for (const connection of held) connection.close();
  await server.close(1_000);
});

Deno.test("A body that is cut off is nobody's error", async () => {
  const { app, reports } = setUp();
  let answered = 0;
  const answer = async (request: Request, peer: string) => {
    const response = await app.fetch(request, { peer });
    answered += 1;
    return response;
  };
  const server = await openServer(answer, { host: "127.0.0.1", port: 0 }, MANY, () => {});
  const connection = await connect(server, `${POST}content-length: 30\r\n\r\n{"symbol"`);
  await eventually(() => server.gauges["connections"] === 1);
  connection.close();
  await eventually(() => answered === 1);
  await eventually(() => server.gauges["connections"] === 0);
  assertEquals(reports, []);
  await server.close(1_000);
  await libraryLooked();
});

Deno.test("addressSet() knows addresses and networks of both families", () => {
  const isOne = addressSet(["127.0.0.1", "172.16.0.0/12", "fd00::/8", "::1"]);
  const all = ["127.0.0.1", "172.31.255.1", "fd12::1", "::1"];
  const none = ["127.0.0.2", "172.32.0.1", "fe80::1", "::2", "", "x", "localhost"];
  assertEquals([all.filter(isOne), none.filter(isOne)], [all, []]);
});
