import { assertEquals } from "@std/assert";
import { planSuite, planTests, type TestPlan } from "../../../scripts/gate/test_plan.ts";

const EXISTING = ["tests", "tests/web", "tests/long/soak_test.ts", "./tests/live"];
const plan = (...args: string[]) => planTests(args, (path) => EXISTING.includes(path)).args;

Deno.test("planTests() runs everything but the long and the live tests", () => {
  assertEquals(plan().includes("--ignore=tests/long,tests/live"), true);
  assertEquals(plan().at(-1), "tests");
  assertEquals(plan("--long").slice(-2), ["--sanitize-resources", "tests/long"]);
  assertEquals(plan("--live").slice(-2), ["--sanitize-resources", "tests/live"]);
  assertEquals(planTests(["--long"], () => false).msMax, null);
});

Deno.test("planTests() leaves types to the gate, so that no worker checks them again", () => {
  for (const args of [plan(), plan("--long"), plan("tests/web", "--coverage=x")]) {
    assertEquals(args.includes("--no-check"), true);
  }
});

Deno.test("planTests() runs the paths it is given, and passes options on", () => {
  assertEquals(plan("tests/web").slice(-1), ["tests/web"]);
  assertEquals(plan("--filter", "tests/web", "--fail-fast").slice(-4), [
    "--filter",
    "tests/web",
    "--fail-fast",
    "tests",
  ]);
  assertEquals(plan("tests/long/soak_test.ts").includes("--ignore=tests/live"), true);
  assertEquals(plan("./tests/live").includes("--ignore=tests/long"), true);
});

const suite = (...args: string[]) => planSuite(args, (path) => EXISTING.includes(path));
const roomsOf = (plan: TestPlan | undefined) =>
  (plan?.args ?? []).filter((arg) => arg.startsWith("tests/") && arg !== "tests/deno.json");
const ignoredBy = (plan: TestPlan | undefined) =>
  plan?.args.find((arg) => arg.startsWith("--ignore="))?.slice("--ignore=".length).split(",") ?? [];
const isOfAll = ({ args }: TestPlan) => args.at(-1) === "tests";

Deno.test("planSuite() makes three lanes of the whole suite, which have each test once, and one of all else", () => {
  const lanes = suite("--fail-fast");
  assertEquals(lanes.map((plans) => plans.length), [1, 1, 1]);
  const plans = lanes.flat();
  const rooms = plans.flatMap((plan) => isOfAll(plan) ? [] : roomsOf(plan));
  for (const path of rooms) assertEquals(Deno.statSync(path).isDirectory, true, path);
  assertEquals(rooms.includes("tests/integration") && rooms.includes("tests/browser"), true);
  assertEquals(ignoredBy(plans.find(isOfAll)), ["tests/long", "tests/live", ...rooms]);
  assertEquals(plans.filter(isOfAll).length, 1);
  for (const plan of plans) assertEquals(plan.args.includes("--fail-fast"), true);
  for (const args of [["--long"], ["--live"], ["tests/web"]]) {
    assertEquals(suite(...args), [[planTests(args, (path) => EXISTING.includes(path))]]);
  }
});

Deno.test("planSuite() measures the tests of rooms, and runs each test once all the same", () => {
  const plans = suite("--coverage=x", "--coverage-raw-data-only").flat();
  const isMeasured = ({ args }: TestPlan) => args.some((arg) => arg.startsWith("--coverage"));
  const [all, ...more] = plans.filter(isOfAll);
  assertEquals(more, []);
  const rooms = plans.filter((plan) => plan !== all).flatMap(roomsOf);
  assertEquals(ignoredBy(all).slice(2).sort(), [...rooms].sort());
  assertEquals(all === undefined ? false : isMeasured(all), true);
  const measured = plans.filter((plan) => plan !== all && isMeasured(plan)).flatMap(roomsOf);
  assertEquals(measured, ["tests/integration"]);
  assertEquals(rooms.includes("tests/scripts") && rooms.includes("tests/e2e"), true);
  for (const path of rooms) assertEquals(Deno.statSync(path).isFile, path.endsWith(".ts"), path);
});

Deno.test("planSuite() makes a lane of each kind of room that is given, with all options", () => {
  const rooms = ["tests/web", "tests/integration", "tests/live", "tests/e2e"];
  const plans = planSuite(["--coverage=x", ...rooms], (path) => rooms.includes(path)).flat();
  assertEquals(plans.map(roomsOf), [
    ["tests/web", "tests/live"],
    ["tests/integration"],
    ["tests/e2e"],
  ]);
  for (const { args } of plans) {
    assertEquals(args.includes("--coverage=x") && args.includes("--sanitize-ops"), true);
  }
});
