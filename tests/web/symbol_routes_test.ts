import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Operation, OperationResult } from "../../shared/protocol.ts";
import { JSON_TYPE } from "../support/json_request.ts";
import { setUp } from "./app_stage.ts";
import { NONE } from "../../shared/unacked.ts";

const DONE: OperationResult = { kind: "done", symbols: ["BTCUSDT", "SOLUSDT"], unacked: NONE };

/** The app, with a supervisor that answers so. */
function app(result: OperationResult = DONE) {
  const asked: Operation[] = [];
  const { ask } = setUp({
    operate: (operation) => {
      asked.push(operation);
      return Promise.resolve(result);
    },
  });
  const post = (body: string, headers: Record<string, string> = JSON_TYPE) =>
    ask("/api/symbols", { method: "POST", headers, body });
  const remove = (symbol: string, headers: Record<string, string> = {}) =>
    ask(`/api/symbols/${symbol}`, { method: "DELETE", headers });
  return { ask, asked, post, remove };
}

Deno.test("POST /api/symbols asks for the symbol and answers 201 with the list", async () => {
  const { asked, post } = app();
  const response = await post('{"symbol":"SOLUSDT"}');
  assertEquals(response.status, 201);
  assertEquals(await response.json(), { symbols: ["BTCUSDT", "SOLUSDT"], unacked: NONE });
  assertEquals(asked, [{ type: "add_symbol", symbol: "SOLUSDT" }]);
  assertEquals(response.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("DELETE /api/symbols/… asks for its end, also of a symbol in another script", async () => {
  const { asked, remove } = app();
  const response = await remove(encodeURIComponent("币安人生USDT"));
  assertEquals([response.status, (await response.json()).symbols.length], [200, 2]);
  assertEquals(asked, [{ type: "remove_symbol", symbol: "币安人生USDT" }]);
});

for (
  const [body, type, says] of [
    ['{"symbol":"SOLUSDT"}', "text/plain", "content-type: application/json"],
    ['{"symbol":"SOLUSDT"}', "", "content-type: application/json"],
    ["symbol=SOLUSDT", "application/json", "The body is no JSON"],
    ["null", "application/json", "symbol must be a text"],
    ['{"symbol":7}', "application/json", "symbol must be a text"],
    ['{"symbol":""}', "application/json", "as the exchange writes it"],
    ['{"symbol":"solusdt"}', "application/json", "in capital letters"],
    ['{"symbol":"A,B"}', "application/json", "as the exchange writes it"],
    ['{"symbol":"A\\u0000"}', "application/json", "holds U+0000, which cannot be seen"],
    ['{"symbol":"A\\u202eB"}', "application/json", "holds U+202E, which cannot be seen"],
    ['{"symbol":"A\\ud800"}', "application/json", "holds U+D800, which cannot be seen"],
    [`{"symbol":"${"X".repeat(2_000)}"}`, "application/json", "longer than 1000 bytes"],
  ] as const
) {
  Deno.test(`POST /api/symbols of ${body.slice(0, 30)} as "${type}" is 400 and says why`, async () => {
    const { asked, post } = app();
    const response = await post(body, { "content-type": type });
    assertEquals(response.status, 400);
    assertStringIncludes((await response.json()).error, says);
    assertEquals(asked, []);
  });
}

Deno.test("POST /api/symbols of bytes that are no UTF-8 is 400, and nobody is asked", async () => {
  const { ask, asked } = app();
  const body = new Uint8Array([...new TextEncoder().encode('{"symbol":"A'), 0xff, 0x22, 0x7d]);
  const response = await ask("/api/symbols", { method: "POST", headers: JSON_TYPE, body });
  assertEquals([response.status, asked], [400, []]);
  assertStringIncludes((await response.json()).error, "holds U+FFFD, which cannot be seen");
});

for (
  const [why, status, code] of [
    ["unknown", 404, "not_found"],
    ["conflict", 409, "conflict"],
    ["unavailable", 503, "not_ready"],
  ] as const
) {
  Deno.test(`A change that is refused as ${why} is answered with ${status} and the reason`, async () => {
    const { post, remove } = app({ kind: "refused", why, reason: "This is why" });
    for (const response of [await post('{"symbol":"SOLUSDT"}'), await remove("SOLUSDT")]) {
      const answer = [response.status, await response.json()];
      assertEquals(answer, [status, { error: "This is why", code }]);
      assertEquals(response.headers.has("retry-after"), status === 503);
    }
  });
}

for (
  const headers of [
    { origin: "http://evil.example" },
    { origin: "null" },
    { host: "evil.example" },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" },
  ]
) {
  Deno.test(`A change with ${JSON.stringify(headers)} is refused: no other site changes the list`, async () => {
    const { asked, post, remove } = app();
    const answers = [
      await post('{"symbol":"SOLUSDT"}', { ...JSON_TYPE, ...headers }),
      await remove("SOLUSDT", headers),
    ];
    assertEquals(answers.map(({ status }) => status), [403, 403]);
    assertEquals(asked, []);
  });
}

Deno.test("DELETE /api/symbols/… with a body of another type is 400", async () => {
  const { remove } = app();
  assertEquals((await remove("SOLUSDT", { "content-type": "text/plain" })).status, 400);
});
