import { assertEquals, assertThrows } from "@std/assert";
import { IMPLEMENTATIONS } from "../../../scripts/bench/books/book.ts";
import { MODES, parseBenchFlags } from "../../../scripts/bench/flags.ts";
import { FlagError } from "../../../scripts/flags.ts";

Deno.test("parseBenchFlags() measures everything five times by default, once with --quick", () => {
  const full = {
    modes: MODES,
    implementations: IMPLEMENTATIONS,
    rounds: 5,
    files: null,
    json: null,
    isQuick: false,
  };
  assertEquals(parseBenchFlags([]), full);
  assertEquals(parseBenchFlags(["--quick"]), {
    ...full,
    rounds: 1,
    isQuick: true,
  });
  assertEquals(parseBenchFlags(["--help"]), "help");
});

Deno.test("parseBenchFlags() takes lists in any order, repeated or by commas", () => {
  const args = "--modes=c,a --modes e --implementations naive,obm --rounds 7 --files x y --json z";
  assertEquals(parseBenchFlags(args.split(" ")), {
    modes: ["a", "c", "e"],
    implementations: ["obm", "naive"],
    rounds: 7,
    files: ["x", "y"],
    json: "z",
    isQuick: false,
  });
});

Deno.test("parseBenchFlags() says what is wrong with a flag", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["file.gz", '"file.gz" belongs to no flag; see --help'],
    ["--fast", "there is no flag --fast; see --help"],
    ["--rounds", "--rounds needs a value"],
    ["--rounds 0", '--rounds must be a whole number, 1 to 100, received "0"'],
    ["--rounds 2.5", '--rounds must be a whole number, 1 to 100, received "2.5"'],
    ["--rounds 1 2", '"2" belongs to no flag; see --help'],
    ["--modes a,z", `--modes must be of ${MODES.join(",")}, received "z"`],
    [
      "--implementations rust",
      `--implementations must be of ${IMPLEMENTATIONS.join(",")}, received "rust"`,
    ],
    ["--files", "--files needs a value"],
    ["--json=", "--json needs a value"],
    ["--quick=yes", '--quick takes no value, received "yes"'],
    ["--quick yes", '"yes" belongs to no flag; see --help'],
    ["--rounds 1 --rounds 2", "--rounds stands twice"],
  ];
  for (const [line, message] of cases) {
    assertThrows(() => parseBenchFlags(line.split(" ")), FlagError, message);
  }
});
