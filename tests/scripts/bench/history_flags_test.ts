import { assertEquals, assertThrows } from "@std/assert";
import {
  type HistoryBenchOptions,
  parseHistoryBench,
} from "../../../scripts/bench/history/flags.ts";
import { FlagError } from "../../../scripts/flags.ts";

const parse = (line: string) => parseHistoryBench(line === "" ? [] : line.split(" "), "/cache");

Deno.test("parseHistoryBench() measures both databases, kept in the cache, and less of everything with --quick", () => {
  const full: HistoryBenchOptions = {
    ...{ stores: ["postgres", "pglite"], folder: "/cache", samples: 300, seconds: 120 },
    ...{ json: null, isQuick: false },
  };
  assertEquals(parse(""), full);
  assertEquals(parse("--quick"), { ...full, samples: 10, seconds: 3, isQuick: true });
  assertEquals(
    parse("--stores pglite --folder /there --samples 5 --seconds 1 --json out"),
    { ...full, stores: ["pglite"], folder: "/there", samples: 5, seconds: 1, json: "out" },
  );
  assertEquals(parse("--stores pglite,postgres"), full);
  assertEquals(parse("--help"), "help");
});

Deno.test("parseHistoryBench() says what is wrong with a flag", () => {
  for (
    const [line, message] of [
      ["--stores mysql", '--stores must be of postgres,pglite, received "mysql"'],
      ["--samples 0", '--samples must be a whole number, 1 to 10000, received "0"'],
      ["--seconds 1.5", '--seconds must be a whole number, 1 to 3600, received "1.5"'],
      ["--fast", "there is no flag --fast"],
      ["postgres", '"postgres" belongs to no flag'],
    ] as const
  ) assertThrows(() => parse(line), FlagError, message);
});
