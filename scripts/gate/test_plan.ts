/** Which calls of `deno test` a command line asks for, and which of them run side by side. Pure. */

/** What must not run with the others: hours, or the internet. */
const APART = { "--long": "tests/long", "--live": "tests/live" } as const;
/** The tests promise 15 minutes on two cores that are theirs, and may take four times as long beside others: beyond this one hangs. */
const RUN_MS_MAX = 60 * 60_000;

/**
 * How all that runs in the tests compiles, unless a person says otherwise. Many open an embedded Postgres for a few
 * statements, and a third of what such a test costs was V8's second compilation of its WebAssembly, for speed. Code
 * that runs long is compiled so all the same, a hundred times later than by V8's own measure.
 */
export const COMPILATION = { DENO_V8_FLAGS: "--wasm-tiering-budget=1300000000" } as const;

const CONFIG = "tests/deno.json";

/** A call of deno. */
export interface TestPlan {
  readonly args: readonly string[];
  /** `null`: no limit (the long runs). */
  readonly msMax: number | null;
}

/**
 * Turns the command line into a call of deno: options are deno's own, paths are run instead of all
 * tests. `exists` tells a path from the value of an option.
 */
export function planTests(args: readonly string[], exists: (path: string) => boolean): TestPlan {
  const isLong = args.includes("--long");
  const folder = isLong ? APART["--long"] : args.includes("--live") ? APART["--live"] : "tests";
  const others = args.filter((arg) => !(arg in APART));
  const paths = others.filter((arg, i) =>
    !arg.startsWith("-") && others[i - 1] !== "--filter" && exists(arg)
  );
  const apart = Object.values(APART).filter((path) =>
    folder === "tests" && !paths.some((given) => given.replace(/^\.\//, "").startsWith(path))
  );
  return {
    args: [
      // Types are the gate's to check, once; here they would be checked again at every spawn of a worker.
      ...["test", "--config", CONFIG, "--allow-all", "--no-check"],
      ...["--sanitize-ops", "--sanitize-resources"],
      ...(apart.length > 0 ? [`--ignore=${apart.join(",")}`] : []),
      ...others,
      ...(paths.length > 0 ? [] : [folder]),
    ],
    msMax: isLong ? null : RUN_MS_MAX,
  };
}

/**
 * Rooms of which each lane runs some, beside the lane of all others, so that what waits for a store or a page waits while others
 * compute: those of the stores alone, then those of whole monitors and of the page in a browser.
 */
const LANES = [
  ["tests/integration"],
  ["tests/browser", "tests/deploy", "tests/e2e", "tests/lifecycle"],
] as const;
/** So many cases that to count their lines takes minutes; other tests of their rooms pass by the same ones. */
const MANY_CASES = [
  "tests/exchange_desk/silent_symbols_test.ts",
  "tests/symbol/engine/book/order_book_model_test.ts",
  "tests/symbol/engine/engine_hostile_test.ts",
  "tests/symbol/engine/engine_rotation_test.ts",
] as const;
/**
 * Tests of whole monitors, of the page in a browser, of the scripts and the simulation: they pass by everything, and a room has to
 * be covered by tests of its own.
 */
const UNMEASURED = [...LANES[1], "tests/scripts", ...MANY_CASES];

/**
 * The calls of deno that a command line asks for, in lanes that run side by side. With `--coverage` of the whole suite a lane may
 * have two calls, one after the other: only one of them is measured.
 */
export function planSuite(
  args: readonly string[],
  exists: (path: string) => boolean,
): readonly (readonly TestPlan[])[] {
  const whole = planTests(args, exists);
  const { args: given, msMax } = whole;
  if (msMax === null) return [[whole]];
  if (given.at(-1) === "tests") return wholeSuite(given.slice(0, -1), msMax);
  const isPath = (arg: string) => arg.startsWith("tests/") && arg !== CONFIG && exists(arg);
  const laneOf = (path: string) => LANES.findIndex((rooms) => rooms.some((room) => room === path));
  const lanes = [...Map.groupBy(given.filter(isPath), laneOf).values()];
  if (lanes.length < 2) return [[whole]];
  return lanes.map((
    paths,
  ) => [{ args: [...given.filter((arg) => !isPath(arg)), ...paths], msMax }]);
}

function wholeSuite(options: readonly string[], msMax: number): TestPlan[][] {
  const plain = options.filter((arg) => !arg.startsWith("--coverage"));
  const isMeasured = (room: string) =>
    plain.length === options.length || !UNMEASURED.includes(room);
  const only = (args: readonly string[], rooms: readonly string[]): TestPlan[] =>
    rooms.length === 0 ? [] : [{ args: [...args, ...rooms], msMax }];
  const inLanes: readonly string[] = LANES.flat();
  const apart = UNMEASURED.filter((room) => !inLanes.includes(room) && !isMeasured(room));
  const all = options.map((arg) =>
    arg.startsWith("--ignore=") ? [arg, ...inLanes, ...apart].join(",") : arg
  );
  return [
    ...LANES.map((rooms) => [
      ...only(options, rooms.filter(isMeasured)),
      ...only(plain, rooms.filter((room) => !isMeasured(room))),
    ]),
    [...only(all, ["tests"]), ...only(plain, apart)],
  ];
}
