import { assertEquals, assertThrows } from "@std/assert";
import { type PageBenchOptions, parsePageBench } from "../../../scripts/bench/page/flags.ts";
import { FlagError } from "../../../scripts/flags.ts";

const parse = (line: string) => parsePageBench(line === "" ? [] : line.split(" "));

Deno.test("parsePageBench() watches ten minutes and 200 rows, and less of both with --quick", () => {
  const full: PageBenchOptions = {
    ...{ minutes: 10, settle: 16, rows: 200, json: null, profile: null, isQuick: false },
  };
  assertEquals(parse(""), full);
  assertEquals(parse("--quick"), {
    ...full,
    ...{ minutes: 1, settle: 1, rows: 20, isQuick: true },
  });
  assertEquals(
    parse("--minutes 3 --settle 2 --rows 50 --json out --profile p"),
    { ...full, minutes: 3, settle: 2, rows: 50, json: "out", profile: "p" },
  );
  assertEquals(parse("--help"), "help");
});

Deno.test("parsePageBench() says what is wrong with a flag", () => {
  for (
    const [line, message] of [
      ["--minutes 0", '--minutes must be a whole number, 1 to 600, received "0"'],
      ["--minutes 1.5", '--minutes must be a whole number, 1 to 600, received "1.5"'],
      ["--settle 0", '--settle must be a whole number, 1 to 600, received "0"'],
      ["--rows 3", '--rows must be a whole number, 4 to 500, received "3"'],
      ["--fast", "there is no flag --fast"],
    ] as const
  ) assertThrows(() => parse(line), FlagError, message);
});
