import { assertEquals, assertThrows } from "@std/assert";
import { Endpoints, isFault, TRY_FIRST_MS } from "../../shared/endpoints.ts";

/** `a`, `b` and `c`, and how the use of them has moved. */
function three(): { endpoints: Endpoints; moves: string[] } {
  const moves: string[] = [];
  const endpoints = new Endpoints(["a", "b", "c"], {
    onMove: ({ from, to, reason }) => moves.push(`${from} ${to} ${reason}`),
  });
  return { endpoints, moves };
}

Deno.test("Endpoints uses the first, and the next of each that fails, round and round", () => {
  const { endpoints, moves } = three();
  const used = [endpoints.choose(0)];
  for (let nowMs = 1; nowMs <= 4; nowMs++) {
    endpoints.failed(endpoints.inUse, "no answer", nowMs);
    used.push(endpoints.choose(nowMs));
  }
  assertEquals(used, ["a", "b", "c", "a", "b"]);
  assertEquals(moves, ["a b", "b c", "c a", "a b"].map((move) => `${move} no answer`));
});

Deno.test("Endpoints tells that another one works, and once that none does", () => {
  const news: string[] = [];
  const endpoints = new Endpoints(["a", "b", "c"], { onNews: (text) => news.push(text) });
  const fail = (reason: string) => endpoints.failed(endpoints.inUse, reason, 0);
  fail("refused");
  fail("refused too");
  assertEquals(news, [], "each failure is no line of its own");
  endpoints.worked("c");
  endpoints.worked("c");
  assertEquals(news.splice(0), ["a: refused; asking c from now on"]);
  for (let i = 0; i < 7; i++) fail("no answer");
  assertEquals(news.splice(0), [
    "none of its 3 addresses can be used, the last one for: no answer",
  ]);
  endpoints.worked(endpoints.inUse);
  assertEquals(news.splice(0), ["c: no answer; asking a from now on"]);
  fail("refused");
  endpoints.worked("b");
  assertEquals(news.splice(0), ["a: refused; asking b from now on"]);
  endpoints.worked("a");
  assertEquals(news, ["b: a answers again; asking a from now on"]);
});

Deno.test("Endpoints never says a path of an address, which may be a key", () => {
  const said: string[] = [];
  const urls = ["https://gate.example/k3yS3cret/x", "https://b"];
  const endpoints = new Endpoints(urls, {
    onMove: ({ from, reason }) => said.push(from, reason),
    onNews: (news) => said.push(news),
  });
  const reason = "no such page: /k3yS3cret/x/api/v3/time";
  said.push(endpoints.blame(urls[0] ?? "", reason));
  endpoints.failed(urls[0] ?? "", reason, 0);
  endpoints.worked("https://b");
  assertEquals(said.length, 4);
  assertEquals(said.join().includes("k3yS3cret"), false, said.join());
});

Deno.test("Endpoints.failed() is not moved by the late failure of one that was left", () => {
  const { endpoints } = three();
  endpoints.failed("a", "refused", 0);
  endpoints.failed("a", "no answer within 10 s", 5);
  assertEquals([endpoints.inUse, endpoints.place], ["b", 1]);
});

Deno.test("Endpoints.choose() tries the first again after a while, and keeps it if it works", () => {
  const { endpoints, moves } = three();
  endpoints.failed("a", "refused", 1_000);
  assertEquals(endpoints.choose(1_000 + TRY_FIRST_MS - 1), "b");
  assertEquals(endpoints.choose(1_000 + TRY_FIRST_MS), "a");
  assertEquals(endpoints.inUse, "b", "it is only tried");
  endpoints.worked("a");
  assertEquals([endpoints.inUse, moves.at(-1)], ["a", "b a it answers again"]);
});

Deno.test("Endpoints.choose() tries a first that does not work once in a while only, and loses nothing", () => {
  const { endpoints, moves } = three();
  endpoints.failed("a", "refused", 0);
  endpoints.failed("b", "refused", 0);
  for (const nowMs of [TRY_FIRST_MS, 2 * TRY_FIRST_MS]) {
    assertEquals(endpoints.choose(nowMs), "a");
    endpoints.failed("a", "refused", nowMs);
    assertEquals(endpoints.choose(nowMs), "c", "the others are not asked anew");
    endpoints.worked("c");
  }
  assertEquals(moves.length, 2);
});

Deno.test("Endpoints of one URL stay where they are, and say nothing of it", () => {
  const moves: unknown[] = [];
  const endpoints = new Endpoints(["a"], {
    onMove: (move) => moves.push(move),
    onNews: (news) => moves.push(news),
  });
  endpoints.failed("a", "refused", 0);
  endpoints.worked("a");
  assertEquals([endpoints.choose(TRY_FIRST_MS), endpoints.place, moves], ["a", 0, []]);
  assertEquals(endpoints.blame("a", "refused"), "refused");
  assertEquals(three().endpoints.blame("b", "refused"), "b: refused");
  assertThrows(() => new Endpoints([]), RangeError, "no URL is given");
});

Deno.test("isFault() is no answer, a fault of the server or that it serves nobody here, no other refusal", () => {
  assertEquals([null, 403, 404, 451, 500, 502, 503].map(isFault), Array(7).fill(true));
  assertEquals([200, 400, 401, 418, 429].map(isFault), Array(5).fill(false));
});
