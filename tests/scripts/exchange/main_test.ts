import { assert, assertEquals, assertMatch } from "@std/assert";

const MAIN = decodeURIComponent(
  new URL("../../../scripts/exchange/main.ts", import.meta.url).pathname,
);
const CONFIG = decodeURIComponent(new URL("../../../deno.json", import.meta.url).pathname);

function command(args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--config", CONFIG, "-A", MAIN, ...args],
    stdout: "piped",
    stderr: "piped",
  });
}

Deno.test("exchange says where it is, how to point the monitor at it, and ends on SIGTERM with 0", async () => {
  const child = command(["--simulate", "BTCUSDT", "--port", "0"]).spawn();
  const decoder = new TextDecoder();
  let text = "";
  const reader = child.stderr.getReader();
  while (!text.includes("deno task start")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  const restUrl = /EXCHANGE_REST_URL=(http:\S+) EXCHANGE_WS_URL=ws:\S+/.exec(text)?.[1];
  assert(restUrl !== undefined, text);
  assertMatch(text, /SIMULATED BTCUSDT on http/);
  assertMatch(text, /DATA_DIR=\.\/data-simulated deno task start/);
  const pong = await fetch(`${restUrl}/api/v3/ping`);
  assertEquals(await pong.json(), {});
  child.kill("SIGTERM");
  reader.releaseLock();
  await child.stderr.cancel();
  await child.stdout.cancel();
  assertEquals((await child.status).code, 0);
});

Deno.test("exchange ends with code 1 and one line for what cannot be used", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = String(taken.addr.port);
  const cases: [string[], RegExp][] = [
    [["--simulate", "btcusdt"], /^exchange: --simulate must be .*\n$/],
    [["--replay", "/nowhere.gz"], /^exchange: \/nowhere.gz: cannot be read: no such file\n$/],
    [["--simulate", "BTCUSDT", "--faults", "gap symbol=A"], /^exchange: Cannot inject gap: .*\n$/],
    [["--simulate", "BTCUSDT", "--port", port], new RegExp(`^exchange: --port ${port} is in use`)],
  ];
  const outputs = await Promise.all(cases.map(([args]) => command(args).output()));
  for (const [index, { code, stderr }] of outputs.entries()) {
    const text = new TextDecoder().decode(stderr);
    assertEquals(code, 1, text);
    assertMatch(text, cases[index]?.[1] ?? /^$/);
    assertEquals(text.trimEnd().split("\n").length, 1, text);
  }
});
