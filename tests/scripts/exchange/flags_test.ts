import { assertEquals, assertThrows } from "@std/assert";
import { parseFlags } from "../../../scripts/exchange/flags.ts";
import { FlagError } from "../../../scripts/flags.ts";

Deno.test("parseFlags() reads both kinds of market", () => {
  const simulate = parseFlags(["--simulate", "BTCUSDT,ETHUSDT", "--seed", "7", "--port=0"]);
  assertEquals(simulate !== "help" && [simulate.source, simulate.port, simulate.speed], [
    { kind: "simulate", symbols: ["BTCUSDT", "ETHUSDT"], seed: 7 },
    0,
    1,
  ]);
  const replay = parseFlags(["--replay", "a.gz", "b.gz", "--speed", "max", "--loop"]);
  assertEquals(replay !== "help" && [replay.source, replay.speed], [
    { kind: "replay", files: ["a.gz", "b.gz"], loop: true, keepTimes: false },
    Infinity,
  ]);
  assertEquals(parseFlags(["--help"]), "help");
});

Deno.test("parseFlags() names the flag that cannot be used", () => {
  const cases: [string[], RegExp][] = [
    [[], /either --simulate .* or --replay/],
    [["--simulate", "A", "--replay", "b"], /either/],
    [["--simulate", "btcusdt"], /--simulate .* capital letters.*"btcusdt"/],
    [["--simulate", "A", "--speed", "-1"], /--speed .*"-1"/],
    [["--simulate", "A", "--seed", "x"], /--seed .*"x"/],
    [["--simulate", "A", "--loop"], /--loop has no meaning with --simulate/],
    [["--replay"], /--replay needs at least one value/],
    [["--replay", "a", "--port", "99999"], /--port .*"99999"/],
    [["--fast"], /--fast is not a flag/],
    [["BTCUSDT"], /"BTCUSDT" belongs to no flag/],
  ];
  for (const [args, expected] of cases) {
    const error = assertThrows(() => parseFlags(args), FlagError);
    assertEquals(expected.test(error.message), true, `${args.join(" ")}: ${error.message}`);
    assertEquals(error.message.includes("\n"), false);
  }
});
