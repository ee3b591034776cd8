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

Deno.test("parseFlags() reads what is planted, or that nothing is", () => {
  const eventsOf = (...args: string[]) => {
    const flags = parseFlags(["--simulate", "BTCUSDT", ...args]);
    return flags !== "help" && flags.source.kind === "simulate" ? flags.source.events : null;
  };
  assertEquals(eventsOf(), undefined);
  assertEquals(eventsOf("--events", "none"), []);
  assertEquals(eventsOf("--events", "sweep at=2s; flip at=1s")?.map(({ kind }) => kind), [
    "flip",
    "sweep",
  ]);
  assertThrows(() => eventsOf("--events", "sweep"), FlagError, "--events");
  assertThrows(() => parseFlags(["--replay", "a.gz", "--events", "none"]), FlagError, "--events");
});

Deno.test("parseFlags() reads faults from the command line and from a file", async () => {
  const faultsOf = (...args: string[]) => {
    const flags = parseFlags(["--simulate", "BTCUSDT", ...args]);
    return flags === "help" ? null : flags.faults;
  };
  assertEquals(faultsOf(), undefined);
  assertEquals(faultsOf("--faults", "gap after=3", "--seed", "9"), {
    seed: 9,
    script: "gap after=3",
  });
  assertEquals(faultsOf("--chaos", "30"), { seed: 1, chaosPerMinute: 30 });
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(file, '[{"kind":"gap"}]');
    assertEquals(faultsOf("--faults", file), { seed: 1, script: '[{"kind":"gap"}]' });
  } finally {
    await Deno.remove(file);
  }
  const replay = parseFlags(["--replay", "a.gz", "--chaos", "5", "--seed", "2"]);
  assertEquals(replay !== "help" && replay.faults, { seed: 2, chaosPerMinute: 5 });
});

Deno.test("parseFlags() names the flag that cannot be used", () => {
  const cases: [string[], RegExp][] = [
    [[], /either --simulate .* or --replay/],
    [["--simulate", "A", "--replay", "b"], /either/],
    [["--simulate", "btcusdt"], /--simulate .* capital letters.*"btcusdt"/],
    [["--simulate", "A", "--speed", "-1"], /--speed .*"-1"/],
    [["--simulate", "A", "--seed", "x"], /--seed .*"x"/],
    [["--simulate", "A", "--loop"], /--loop has no meaning with --simulate/],
    [["--replay"], /--replay needs a value/],
    [["--replay", "a", "--port", "99999"], /--port .*"99999"/],
    [["--simulate", "A", "--faults", "gaap"], /--faults: .*"gaap".*must begin with/],
    [["--simulate", "A", "--faults", "/no.json"], /--faults: \/no.json cannot be read/],
    [["--simulate", "A", "--chaos", "0"], /--chaos .*"0"/],
    [["--replay", "a", "--seed", "1"], /--seed has no meaning/],
    [["--fast"], /there is no flag --fast/],
    [["BTCUSDT"], /"BTCUSDT" belongs to no flag/],
  ];
  for (const [args, expected] of cases) {
    const error = assertThrows(() => parseFlags(args), FlagError);
    assertEquals(expected.test(error.message), true, `${args.join(" ")}: ${error.message}`);
    assertEquals(error.message.includes("\n"), false);
  }
});
