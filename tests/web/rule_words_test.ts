/** Rules in words, as a form has them and as a file, and what their trials say, without a browser. */
import { assert, assertEquals } from "@std/assert";
import { readRulesFile } from "../../shared/alert_rules/rules_file.ts";
import { DEFAULT_ALERT_RULES } from "../../shared/catalogue/built_in_rules.ts";
import { COMMON_RULE_FIELDS, RULE_FIELDS } from "../../shared/catalogue/rule_fields.ts";
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { Tried, TriedSymbol } from "../../web/page/alerts_api.ts";
import type { RuleShown } from "../../web/page/rules_shown.ts";
import { agoText } from "../../web/page/format.ts";
import { formatStamp } from "../../web/page/times.ts";
import {
  COMPARISONS,
  contentWith,
  contentWithout,
  draftOf,
  fieldAt,
  newDraft,
  type RuleDraft,
  ruleOf,
  suggestedName,
} from "../../web/page/rule_draft.ts";
import { trialDoubts, trialHeadline } from "../../web/page/rule_trial_text.ts";
import { ruleAt, ruleWords, spanText } from "../../web/page/rule_words.ts";
import { alertEvent, START_MS } from "../support/outputs.ts";

// -- Rules in words --

Deno.test("ruleWords() says of every built-in rule what it does", () => {
  const said = new Map(DEFAULT_ALERT_RULES.map((rule) => [rule.name, ruleWords(rule)]));
  for (const [name, sentences] of said) {
    for (const text of sentences) {
      assert(/^[A-Z].*\.$/.test(text), `${name}: ${text}`);
      assert(!/undefined|NaN|\(\)|,,| {2}/.test(text), `${name}: ${text}`);
    }
  }
  assertEquals(said.get("extreme_imbalance"), [
    "Fires when order book imbalance (imbalance), averaged over 2 s, is at least 0.8 (bid side), or order book imbalance " +
    "(imbalance), averaged over 2 s, is at most −0.8 (ask side) for 2 s without a break.",
    "Ends when it has been within 0.6 for 15 s.",
    "Rests for 60 s then, longer when it comes back again and again.",
    "It is shown, and calls nobody (info).",
  ]);
  assertEquals(
    said.get("price_burst")?.[0],
    "Fires when the move of mid within 10 s is 8 times its usual variation, and at least 8 bps, above the median of the " +
      "last 30 min.",
  );
  assertEquals(
    said.get("price_burst")?.at(-1),
    "It calls people (warning; critical from 12 times its usual variation).",
  );
  assertEquals(
    said.get("feed_degraded")?.slice(0, 2),
    [
      "Fires when the feed, having been live, is degraded, stale or syncing for 5 s without a break.",
      "Ends when it has been live again for 30 s.",
    ],
  );
});

Deno.test("ruleAt() finds the rule of an episode, its symbol's own before that of all", () => {
  const rules = DEFAULT_ALERT_RULES.map((rule): RuleShown => ({
    ...rule,
    isOn: true,
    from: "built-in",
  }));
  const own = rules.map((rule) => ({ ...rule, version: 9 }));
  const shown = { rules, symbols: { ETHUSDT: own } };
  const found = (rule: string, symbol: string) => {
    const at = ruleAt(shown, alertEvent({ rule, symbol }));
    return [at?.name, at?.version];
  };
  assertEquals(found("extreme_imbalance_ask", "BTCUSDT"), ["extreme_imbalance", 1]);
  assertEquals(found("extreme_imbalance_ask", "ETHUSDT"), ["extreme_imbalance", 9]);
  assertEquals(found("gone", "BTCUSDT"), [undefined, undefined]);
});

Deno.test("Times are said in the unit that fits", () => {
  assertEquals([250, 1_500, 60_000, 900_000, 5_400_000, 86_400_000].map(spanText), [
    "250 ms",
    "1.5 s",
    "60 s",
    "15 min",
    "1.5 h",
    "24 h",
  ]);
  assertEquals([-5, 12_300, 180_000, 3 * 86_400_000 + 5].map(agoText), [
    "just now",
    "12 s ago",
    "3 min ago",
    "3 days ago",
  ]);
  assertEquals(formatStamp(START_MS + 7), "2026-08-01 12:00:00.007 UTC");
});

// -- Rules as a file --

Deno.test("The fields of a form are the numbers of a rule, of each kind all of them", () => {
  const own = new Set(COMMON_RULE_FIELDS.map(({ name }) => String(name)));
  for (const rule of DEFAULT_ALERT_RULES) {
    const numbers = Object.entries(rule).filter(([name, value]) =>
      (typeof value === "number" || name === "criticalScales") && name !== "version" &&
      !own.has(name)
    ).map(([name]) => name);
    assertEquals(
      RULE_FIELDS[rule.kind].map(({ name }) => String(name)).sort(),
      numbers.sort(),
      rule.name,
    );
  }
});

/** The rule that a monitor makes of what a form has put into the file. */
function read(draft: RuleDraft): AlertRule {
  const { all, symbols } = readRulesFile(JSON.stringify(contentWith({}, draft)), DEFAULT_SETTINGS);
  const list = draft.symbols === null ? all : symbols[draft.symbols[0] ?? ""] ?? [];
  const found = list.find(({ rule }) => rule.name === draft.name)?.rule;
  assert(found !== undefined);
  return found;
}

Deno.test("A rule that a form makes is the one that its words tell, for every way to compare", () => {
  const numbers = {
    ...{ enter: "0.4", leave: "0.5", line: "61000.5", margin: "10", moveMs: "10", scales: "6" },
    ...{ moveMin: "3", leaveShare: "", floor: "", criticalScales: "", window: "", armedAfter: "" },
    ...{ forMs: "1.5", smoothMs: "", keepFiringMs: "15", cooldownMs: "60" },
  };
  for (const { id, kind } of COMPARISONS) {
    const turned = id === "above" || id === "size" || id === "moves";
    const draft: RuleDraft = {
      ...newDraft(null, null),
      name: "own",
      comparison: id,
      metric: "mid",
      numbers: turned ? { ...numbers, leave: "0.3" } : numbers,
    };
    const rule = read(draft);
    assertEquals(rule.kind, kind, id);
    const told = ruleOf(draft);
    assert(told !== null, id);
    assertEquals(ruleWords(told), ruleWords(rule), id);
  }
});

Deno.test("A line from above is watched from the other side, and told and shown again as it was drawn", () => {
  const draft = {
    ...newDraft({ metric: "mid", line: 61_000.5, from: "above" }, "BTCUSDT"),
    name: "own",
  };
  assertEquals(draft.symbols, ["BTCUSDT"]);
  const rule = read(draft);
  assert(rule.kind === "crossing");
  assertEquals([rule.line, rule.sources[0]?.sign], [-61_000.5, -1]);
  assertEquals(ruleWords(rule)[0], "Fires when mid passes 61,000.5 from above.");
  const again = draftOf({ ...rule, isOn: true, from: "symbol" }, "BTCUSDT");
  assertEquals(again.numbers["line"], "61000.5");
  assertEquals(suggestedName(draft), "mid_falls_through_61000_5");
  assertEquals(
    suggestedName({ ...newDraft(null, null), numbers: { enter: "-0.5" } }),
    "imbalance_above_minus_0_5",
  );
});

Deno.test("A changed rule puts into the file what differs, and takes back with it what is said of one symbol", () => {
  const [built] = DEFAULT_ALERT_RULES.filter(({ name }) => name === "extreme_imbalance");
  assert(built !== undefined);
  const shown: RuleShown = { ...built, isOn: true, from: "built-in" };
  const draft = draftOf(shown, null);
  assertEquals(contentWith({}, draft), { rules: { extreme_imbalance: {} } }, "nothing was changed");
  const numbers = { ...draft.numbers, enter: "0.9", forMs: "" };
  const content = contentWith({ rules: { extreme_imbalance: { smoothMs: 1 }, other: {} } }, {
    ...draft,
    numbers,
    severity: "critical",
  });
  assertEquals(content.rules, {
    extreme_imbalance: { smoothMs: 1, enter: 0.9, forMs: 0, severity: "critical" },
    other: {},
  });
  const ofOne = contentWith(content, { ...draft, numbers, symbols: ["ETHUSDT"], isOn: false });
  assertEquals(ofOne.symbols, {
    ETHUSDT: { extreme_imbalance: { enter: 0.9, forMs: 0, isOn: false } },
  });
  assertEquals(ofOne.rules, content.rules);
  assertEquals(contentWithout(ofOne, { name: "extreme_imbalance", from: "symbol" }, "ETHUSDT"), {
    ...content,
  });
  const own = { rules: { own: { kind: "threshold" } }, symbols: { A: { own: { enter: 1 } } } };
  assertEquals(contentWithout(own, { name: "own", from: "file" }, null), {});
});

Deno.test("A mistake is shown at the field that it is of, and what is no number is sent as it was typed", () => {
  const draft = { ...newDraft(null, null), name: "own", numbers: { enter: "much", forMs: "2" } };
  assertEquals(contentWith({}, draft).rules?.["own"]?.["enter"], "much");
  assertEquals(ruleOf(draft), null, "there is nothing to tell in words");
  const at = (...path: string[]) => fieldAt(path, { ...draft, symbols: ["A"] });
  assertEquals(at("rules", "own", "enter"), "enter");
  assertEquals(at("symbols", "A", "own", "forMs"), "forMs");
  assertEquals(at("rules", "own", "sources", "0", "metric"), "metric");
  assertEquals(at("rules", "own", "sources", "0", "moveMs"), "moveMs");
  assertEquals([at("rules", "own"), at("rules", "own", "kind")], ["name", "name"]);
  assertEquals(at("symbols", "A"), "symbols");
  assertEquals([at("rules", "other", "enter"), at(), at("rules")], [null, null, null]);
});

// -- Trials --

function tried(over: Partial<TriedSymbol> = {}): TriedSymbol {
  return {
    ...{ symbol: "BTCUSDT", rows: 3_600, liveMs: 3_600_000, notLiveMs: 0, missingMs: 0, holes: [] },
    ...{ holesLeftOut: 0, untried: [], episodes: [], episodesLeftOut: 0 },
    rules: [{
      ...{ rule: "own", episodes: 3, notified: 2, perHour: 3, meanMs: 1, longestMs: 2 },
      ...{ stillFiring: 0, learningMs: 0, unknownMs: {} },
    }],
    ...over,
  };
}

Deno.test("A trial says how often, over how much that is known, and what it could not look at", () => {
  const whole: Tried = {
    ...{ fromMs: 0, toMs: 3_600_000, source: "metrics", rowMs: 100 },
    symbols: [tried()],
  };
  assertEquals(trialHeadline(whole), "It would have fired 3 times in the last 1 h of BTCUSDT.");
  assertEquals(
    trialDoubts(whole),
    [],
    "with rows as often as rules look there is nothing to doubt",
  );
  const none = tried({ symbol: "ETHUSDT", liveMs: 0, rules: [] });
  assertEquals(
    trialHeadline({ ...whole, symbols: [none] }),
    "Nothing is known of the last 1 h of ETHUSDT.",
    "which is not that it would not have fired",
  );
  assertEquals(
    trialHeadline({ ...whole, symbols: [tried({ liveMs: 1_800_000, rules: [] })] }),
    "It would not have fired in the last 1 h of BTCUSDT, as far as 50 % of it is known.",
  );
  assertEquals(
    trialHeadline({ ...whole, symbols: [tried({ liveMs: 9_000, rules: [] })] }),
    "It would not have fired in the last 1 h of BTCUSDT, as far as less than 1 % of it is known.",
  );
  const [rough = "", ...doubts] = trialDoubts({
    ...whole,
    source: "metrics_10s",
    rowMs: 10_000,
    symbols: [tried({
      missingMs: 60_000,
      holes: [{ fromMs: 0, toMs: 60_000 }],
      notLiveMs: 5_000,
      untried: [{ rule: "wall_pulled", reason: "what becomes of walls is stored in no row" }],
      episodesLeftOut: 7,
      rules: tried().rules.map((rule) => ({
        ...rule,
        learningMs: 300_000,
        unknownMs: { not_live: 5_000, warming_up: 4_000, untold: 9_000, one_sided: 100 },
      })),
    })],
  });
  assert(/^It looked at means of 10 s/.test(rough), rough);
  assertEquals(doubts, [
    "BTCUSDT: nothing is stored of 60 s, in 1 hole.",
    "BTCUSDT: the book was not live for 5 s.",
    "BTCUSDT: it had not learnt enough yet for 5 min of it.",
    "BTCUSDT: its value was not known for 4 s: its time window is not full yet.",
    "BTCUSDT: its value was not known for 9 s: an earlier version has not stored why.",
    "BTCUSDT: wall_pulled cannot be tried: what becomes of walls is stored in no row.",
    "BTCUSDT: 7 more episodes are not listed.",
  ]);
});
