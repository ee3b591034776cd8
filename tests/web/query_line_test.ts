import { assertEquals, assertRejects } from "@std/assert";
import { QueryLine, type SentQuery } from "../../web/query_line.ts";

/** A query whose end, and the end of whose cancellation, a test decides. */
class Asked implements SentQuery<string> {
  readonly #answer = Promise.withResolvers<string>();
  readonly #heard = Promise.withResolvers<void>();
  readonly leaver = new AbortController();
  readonly answer = this.#answer.promise;
  readonly outcome: Promise<string>;
  sent = false;
  cancelled = false;

  constructor(line: QueryLine) {
    const send = () => {
      this.sent = true;
      return this;
    };
    this.outcome = line.run(send, this.leaver.signal).catch((error) => `refused: ${error}`);
  }

  cancel(): Promise<void> {
    this.cancelled = true;
    return this.#heard.promise;
  }

  end(answer = "done"): void {
    this.#answer.resolve(answer);
  }

  heard(): void {
    this.#heard.resolve();
  }
}

/** Lets everything happen that waits for nothing but its turn. */
const settle = () => new Promise((resolve) => setTimeout(resolve));
const sentOf = (queries: readonly Asked[]) => queries.map(({ sent }) => sent);

Deno.test("QueryLine.run() sends as many as may run, and the next in order as each is over", async () => {
  const line = new QueryLine(2, 4);
  const queries = [1, 2, 3, 4].map(() => new Asked(line));
  await settle();
  assertEquals(sentOf(queries), [true, true, false, false]);
  assertEquals(line.isFull, true);
  await assertRejects(() => line.run(never, new AbortController().signal));
  queries[1]?.end();
  await settle();
  assertEquals(sentOf(queries), [true, true, true, false]);
  for (const query of queries) query.end();
  await settle();
  assertEquals(await Promise.all(queries.map(({ outcome }) => outcome)), Array(4).fill("done"));
  assertEquals(line.isFull, false);
});

Deno.test("QueryLine.run() answers a reader that leaves at once, and keeps the place until its query is over", async () => {
  const line = new QueryLine(1, 2);
  const [running, waiting] = [new Asked(line), new Asked(line)];
  await settle();
  running.leaver.abort("late");
  assertEquals(await running.outcome, "refused: late");
  assertEquals(running.cancelled, true);
  assertEquals([waiting.sent, line.isFull], [false, true]);
  // Nor is the place free while a request to cancel may still hit the next.
  running.end();
  await settle();
  assertEquals([waiting.sent, line.isFull], [false, true]);
  running.heard();
  await settle();
  assertEquals([waiting.sent, line.isFull], [true, false]);
  waiting.end();
  assertEquals(await waiting.outcome, "done");
});

Deno.test("QueryLine.run() lets a query that waits leave the line, and never sends it", async () => {
  const line = new QueryLine(1, 3);
  const [running, leaving, last] = [new Asked(line), new Asked(line), new Asked(line)];
  await settle();
  leaving.leaver.abort("gone");
  assertEquals(await leaving.outcome, "refused: gone");
  assertEquals(line.isFull, false);
  running.end();
  await settle();
  assertEquals(sentOf([running, leaving, last]), [true, false, true]);
  last.end();
  await settle();
  const gone = new Asked(line);
  gone.leaver.abort("at once");
  assertEquals(await gone.outcome, "refused: at once");
  const next = new Asked(line);
  await settle();
  assertEquals(next.sent, true);
  next.end();
});

function never(): never {
  throw new Error("A query that is refused must not be sent");
}
