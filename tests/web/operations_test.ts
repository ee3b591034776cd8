import { assertEquals } from "@std/assert";
import type { Operation, OperationResult } from "../../shared/protocol.ts";
import { ANSWER_MAX_MS, Operations, OPERATIONS_MAX } from "../../web/operations.ts";
import { NONE } from "../../shared/unacked.ts";
import { muteRecord } from "../support/mutes.ts";

const OPERATION = { type: "add_symbol", symbol: "SOLUSDT" } as const;
const DONE: OperationResult = { kind: "done", symbols: ["SOLUSDT"], unacked: NONE };
const whyOf = async (result: Promise<OperationResult>) => {
  const settled = await result;
  return settled.kind === "refused" ? settled.why : null;
};

Deno.test("Operations gives each answer to whoever asked, and ignores one that nobody awaits", async () => {
  const sent: number[] = [];
  const operations = new Operations((id) => sent.push(id));
  const first = operations.ask(OPERATION, 0);
  const second = operations.ask(OPERATION, 0);
  operations.answer(2, DONE);
  assertEquals(await second, DONE);
  operations.answer(2, DONE);
  operations.answer(9, DONE);
  operations.answer(1, { ...DONE, symbols: [] });
  assertEquals([await first, sent], [{ ...DONE, symbols: [] }, [1, 2]]);
});

Deno.test("Operations refuses what has no answer in time, what is too much, and what comes at the end", async () => {
  const operations = new Operations(() => {});
  const early = operations.ask(OPERATION, 0);
  const others = Array.from({ length: OPERATIONS_MAX - 1 }, () => operations.ask(OPERATION, 1));
  assertEquals(await whyOf(operations.ask(OPERATION, 1)), "unavailable");
  operations.expire(ANSWER_MAX_MS);
  assertEquals(await whyOf(early), "unavailable");
  operations.end();
  assertEquals([...new Set(await Promise.all(others.map(whyOf)))], ["unavailable"]);
  assertEquals(await whyOf(operations.ask(OPERATION, 2)), "unavailable");
});

Deno.test("Operations says of each that has no answer in time where it can be seen", async () => {
  const said = { by: null, comment: null };
  const asked: readonly (readonly [Operation, string])[] = [
    [OPERATION, "/api/symbols"],
    [{ type: "remove_symbol", symbol: "SOLUSDT" }, "/api/symbols"],
    [{ type: "list_symbols" }, "/api/exchange/symbols"],
    [{ type: "replace_rules", text: "{}", ifMatch: "*" }, "/api/rules"],
    [{ type: "acknowledge", symbol: "SOLUSDT", alertId: "a1", said }, "/api/alerts"],
    [{ type: "mute", mute: muteRecord() }, "/api/mutes"],
  ];
  const operations = new Operations(() => {});
  const answers = asked.map(([operation]) => operations.ask(operation, 0));
  operations.expire(ANSWER_MAX_MS);
  for (const [i, [{ type }, path]] of asked.entries()) {
    assertEquals(await answers[i], {
      kind: "refused",
      why: "unavailable",
      reason: `The supervisor has not answered: GET ${path} tells whether it was done`,
    }, type);
  }
});
