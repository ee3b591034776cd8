/** What a monitor says of how it was configured. */
import { assert, assertEquals } from "@std/assert";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { shownVariables } from "../../shared/about.ts";
import { readConfig, variables } from "../../shared/config.ts";
import type { Environment } from "../../shared/environment.ts";

const SECRET = "s3cr3tW0rd";
/** Each of these may hold one. */
const WITH_SECRETS = {
  AUTH_TOKEN: `${SECRET}-operator-0123456789`,
  AUTH_READ_TOKEN: `${SECRET}-reader-0123456789`,
  DATABASE_URL: `postgres://me:${SECRET}@127.0.0.1:1/mon`,
  DATABASE_READ_URL: `postgres://reader:${SECRET}@127.0.0.1:1/mon`,
  REDIS_URL: `redis://:${SECRET}@127.0.0.1:1`,
  EXCHANGE_REST_URL: `https://a/${SECRET}`,
  EXCHANGE_WS_URL: `wss://a/${SECRET}`,
};

function shown(environment: Environment, fromFile: readonly string[] = []) {
  const config = readConfig(environment, binanceSpotDesk);
  const all = shownVariables(config, environment, new Set(fromFile));
  return new Map(all.map((one) => [one.name, one]));
}

Deno.test("shownVariables() tells of every variable that its secret is set, and never what it says", () => {
  const secretNames = variables().filter(([, { isSecret }]) => isSecret).map(([, one]) => one.name);
  assertEquals(Object.keys(WITH_SECRETS).sort(), secretNames.sort(), "each is tried");
  const all = shown(WITH_SECRETS);
  assert(!JSON.stringify([...all]).includes(SECRET));
  for (const name of secretNames) {
    const { value, isHidden, origin } = all.get(name) ?? {};
    assertEquals([value, isHidden, origin], [null, true, "environment"], name);
  }
});

Deno.test("shownVariables() takes a secret out of a variable that should have none", () => {
  const token = "0123456789abcdef0123456789abcdef";
  const all = shown({ AUTH_TOKEN: token, DATA_DIR: `/data/${token}` });
  assertEquals(all.get("DATA_DIR")?.value, "/data/***");
});

Deno.test("shownVariables() tells where each value came from, in the order of the table", () => {
  const all = shown(
    { PORT: " 9000 ", LOG_LEVEL: "warn", AUTH_TOKEN: SECRET.repeat(3), AUTH_TOKEN_FILE: "/run/t" },
    ["LOG_LEVEL"],
  );
  assertEquals([...all.keys()], variables().map(([, { name }]) => name));
  const told = (name: string) => [all.get(name)?.value, all.get(name)?.origin];
  assertEquals(told("PORT"), ["9000", "environment"]);
  assertEquals(told("LOG_LEVEL"), ["warn", "file"]);
  assertEquals(told("AUTH_TOKEN"), [null, "secret file"]);
  assertEquals(told("SYMBOLS"), ["BTCUSDT,ETHUSDT", "default"]);
  assertEquals(told("PUBLIC_URL"), [null, "default"], "there is none");
  assertEquals(told("EXCHANGE_REST_URL"), [binanceSpotDesk.restUrls.join(", "), "default"]);
  assert(!/[`\]]/.test([...all.values()].map(({ meaning }) => meaning).join()), "no Markdown");
});
