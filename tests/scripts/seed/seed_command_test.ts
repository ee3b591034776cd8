/** `deno task seed`: what it is asked for, what it goes on with, and what it refuses in one line. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DataLock } from "../../../actors/data_lock.ts";
import { planOf } from "../../../scripts/seed.ts";
import { FlagError } from "../../../scripts/flags.ts";
import { seedBeside } from "../../../scripts/seed/beside.ts";
import { SeedFile } from "../../../scripts/seed/seed_file.ts";

const SYMBOLS = ["BTCUSDT"];
const CHOICES = { days: 7, seed: 1 };
const store = (beganMs: number | null) => ({ beginningMs: () => Promise.resolve(beganMs) });

Deno.test("planOf() ends where what is stored begins, on a whole second", async () => {
  const { endMs } = await planOf(CHOICES, SYMBOLS, null, store(1_700_000_000_750));
  assertEquals(endMs, 1_700_000_000_000);
  const now = await planOf(CHOICES, SYMBOLS, null, store(null));
  assertEquals(now.endMs % 1_000, 0);
});

Deno.test("planOf() goes on with what was begun, and refuses another history in one line", async () => {
  const record = { ...CHOICES, symbols: SYMBOLS, endMs: 5_000, parts: ["BTCUSDT hour"] };
  assertEquals(await planOf(CHOICES, SYMBOLS, record, store(1_000)), {
    ...CHOICES,
    symbols: SYMBOLS,
    endMs: 5_000,
  });
  for (
    const [choices, symbols] of [
      [{ ...CHOICES, days: 8 }, SYMBOLS],
      [{ ...CHOICES, seed: 2 }, SYMBOLS],
      [CHOICES, ["ETHUSDT"]],
    ] as const
  ) {
    const error = await assertRejects(
      () => planOf(choices, symbols, record, store(null)),
      FlagError,
    );
    assertStringIncludes(error.message, "--days 7 --seed 1 for SYMBOLS=BTCUSDT");
  }
});

Deno.test("deno task seed refuses bad flags and a folder that a monitor has, in one line", async () => {
  const dataDir = await Deno.makeTempDir();
  const lock = await DataLock.take(dataDir);
  const run = async (args: readonly string[]) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "scripts/seed.ts", ...args],
      env: { DATA_DIR: dataDir, SYMBOLS: "BTCUSDT" },
      stdout: "null",
      stderr: "piped",
    }).output();
    return [code, new TextDecoder().decode(stderr)] as const;
  };
  const [[badCode, bad], [heldCode, held]] = await Promise.all([run(["--days", "0"]), run([])]);
  lock.release();
  assertEquals([badCode, heldCode], [1, 1]);
  assertEquals(
    bad,
    'Cannot seed: --days must be a whole number, 1 to 366, received "0"\n',
  );
  assertStringIncludes(held, `Cannot seed: DATA_DIR ${dataDir} is in use by`);
  assertEquals(held.trim().split("\n").length, 1);
  await Deno.remove(dataDir, { recursive: true });
});

Deno.test("seedBeside() leaves a demo alone that has stored something, or that stores on a server; and goes on with what was begun", async () => {
  const dataDir = await Deno.makeTempDir();
  const environment = { DATA_DIR: dataDir };
  const has = async (over = {}) => await seedBeside({ ...environment, ...over }) !== null;
  assertEquals(await has(), true, "a first start");
  assertEquals(await has({ DATABASE_URL: "postgres://user@host/database" }), false);
  await Deno.mkdir(`${dataDir}/pgdata`);
  await Deno.writeTextFile(`${dataDir}/pgdata/PG_VERSION`, "17\n");
  assertEquals(await has(), false, "rows of before are of any time");
  await new SeedFile(dataDir).write({ ...CHOICES, symbols: SYMBOLS, endMs: 5_000 }, []);
  assertEquals(await has(), true);
  await Deno.writeTextFile(`${dataDir}/seed.json`, "{");
  await assertRejects(() => has(), FlagError, "seed.json is damaged");
  await Deno.remove(dataDir, { recursive: true });
});
