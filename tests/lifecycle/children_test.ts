import { assert, assertEquals } from "@std/assert";
import { symbolChild } from "../../actors/children.ts";
import { binanceSpotDesk } from "../../actors/venue/binance_spot/desk.ts";
import { alertRulesFor, DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import { readConfig } from "../../shared/config.ts";
import type { SymbolArgs } from "../../shared/protocol.ts";

const INFO = {
  symbol: "AAAUSDT",
  status: "TRADING",
  baseAsset: "AAA",
  quoteAsset: "USDT",
  tickSize: 0.01,
  stepSize: 0.001,
};

Deno.test("symbolChild() gives an actor the settings of the environment, and rules whose words fit them", () => {
  const config = readConfig({ IMBALANCE_LEVELS: "20" }, binanceSpotDesk);
  const { settings, alertRules } = symbolChild(config, INFO).args as SymbolArgs;
  assertEquals(settings.imbalanceLevels, 20);
  assertEquals(alertRules, alertRulesFor(settings));
  assert(alertRules.some(({ summary }) => summary.text.includes("20 best levels")));
});

Deno.test("symbolChild() gives each life the rules that are in force when it begins", () => {
  let rules = DEFAULT_ALERT_RULES;
  const child = symbolChild(readConfig({}, binanceSpotDesk), INFO, () => rules);
  assertEquals((child.args as SymbolArgs).alertRules, rules);
  rules = rules.slice(0, 1);
  assertEquals((child.args as SymbolArgs).alertRules, rules);
});
