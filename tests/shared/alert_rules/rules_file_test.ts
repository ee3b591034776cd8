import { assert, assertEquals, assertThrows } from "@std/assert";
import { builtInBook, rulesOf } from "../../../shared/alert_rules/rule_book.ts";
import { readRulesFile, RulesProblem } from "../../../shared/alert_rules/rules_file.ts";
import { DEFAULT_ALERT_RULES } from "../../../shared/catalogue/built_in_rules.ts";
import type { AlertRule } from "../../../shared/catalogue/rules.ts";
import { DEFAULT_SETTINGS } from "../../../shared/catalogue/settings.ts";

function read(file: unknown) {
  return readRulesFile(JSON.stringify(file), DEFAULT_SETTINGS);
}

function named(rules: readonly AlertRule[], name: string): AlertRule {
  const rule = rules.find((one) => one.name === name);
  assert(rule !== undefined, name);
  return rule;
}

const MID = [{ metric: "mid" }];

/** What is written, and the line that it is refused with. */
const REFUSED: readonly (readonly [text: string, line: RegExp])[] = [
  ['{"rules": {', /^is no JSON: .*position 11/],
  // A file that was named by mistake may be a secret.
  ["s3cr3tW0rd and more", /^is no JSON: Unexpected token 's'$/],
  ['{"rules": {"extreme_imbalance": {"enter": NaN}}}', /^is no JSON: /],
  ["[]", /^the file must be an object, received \[\]$/],
  ['{"rule": {}}', /^rule is not known here: is rules meant\?$/],
  ['{"rules": []}', /^rules must be an object/],
  [
    '{"rules": {"extreme_imbalance": 1}}',
    /^rules\.extreme_imbalance must be an object, received 1$/,
  ],
];

/** What is said of a rule, and the line below `rules.`. */
const REFUSED_RULES: readonly (readonly [name: string, said: unknown, line: RegExp])[] = [
  ["extreme_imbalance", { entre: 1 }, /^extreme_imbalance\.entre is not known .* enter meant\?$/],
  ["extreme_imbalance", { for: 1 }, /\.for is not known here: is forMs meant\?$/],
  ["extreme_imbalance", { name: "other" }, /\.name is not known here: /],
  ["extreme_imbalance", { version: 3 }, /\.version is not known here: /],
  ["extreme_imbalance", { scales: 3 }, /\.scales is not known here: /],
  ["extreme_imbalance", { enter: "0.9" }, /\.enter must be a number, received "0\.9"$/],
  ["extreme_imbalance", { enter: null }, /\.enter must be a number, received null$/],
  ["extreme_imbalance", { enter: 0.5 }, /\.leave is 0\.6, and must not be above enter, .* 0\.5$/],
  ["extreme_imbalance", { forMs: -1 }, /\.forMs must be a whole number of .*, received -1$/],
  ["extreme_imbalance", { keepFiringMs: 0.5 }, /\.keepFiringMs must be a whole number of /],
  [
    "extreme_imbalance",
    { cooldownMs: 1e9 },
    /\.cooldownMs must be .* 86400000, received 1000000000/,
  ],
  ["extreme_imbalance", { severity: "high" }, /\.severity must be one of info, warning, critical/],
  ["extreme_imbalance", { isOn: "no" }, /\.isOn must be true or false, received "no"$/],
  ["extreme_imbalance", { kind: "flip" }, /\.kind must be left out: .* is a threshold rule/],
  ["extreme_imbalance", { sources: [] }, /\.sources must name something to watch/],
  ["extreme_imbalance", { sources: [...MID, ...MID] }, /\.sources must have a side each/],
  [
    "extreme_imbalance",
    { summary: { text: "{x}" } },
    /\.summary\.text tells \{x\}, which is neither/,
  ],
  [
    "extreme_imbalance",
    { summary: { text: "{median}" } },
    /\.text tells of median, and a threshold/,
  ],
  ["imbalance_flip", { leave: 0.9 }, /\.leave is 0\.9, and must not be above enter/],
  ["depth_collapse", { leave: 0.3 }, /\.leave is 0\.3, and must not be below enter, which is 0\.4/],
  ["price_burst", { criticalScales: 7 }, /\.criticalScales is 7, and must not be below scales/],
  ["price_burst", { armedAfter: 1_900 }, /\.armedAfter is 1900, and must not be above window/],
  ["price_burst", { window: 1e6 }, /\.window must be a whole number of samples, 10 to 7200/],
  [
    "price_burst",
    { sources: [{ metric: "mid", take: "move" }] },
    /\.sources\.0\.moveMs must be at least 1000 milliseconds with take "move"/,
  ],
  ["feed_degraded", { states: ["live"] }, /\.states must not have live/],
  [
    "extreme_imbalence",
    { enter: 0.9 },
    /^extreme_imbalence\.kind is missing, .* extreme_imbalance meant/,
  ],
  ["mine", { enter: 0.9 }, /^mine\.kind is missing, .* needs one of threshold, crossing/],
  ["mine", { kind: "treshold" }, /^mine\.kind must be one of threshold, .*, received "treshold"$/],
  ["Mine", { kind: "state" }, /^Mine must be a name of small letters/],
  [
    "mine",
    { kind: "threshold", enter: 1, leave: 0 },
    /^mine\.sources must be a list, and is missing$/,
  ],
  ["mine", { kind: "crossing", sources: MID }, /^mine\.line must be a number, and is missing$/],
  [
    "mine",
    { kind: "threshold", sources: [{ metric: "spreadBp" }], enter: 1, leave: 0 },
    /^mine\.sources\.0\.metric is not the name of a metric: is spreadBps meant\?, received "spreadBp"$/,
  ],
  [
    "extreme_imbalance_bid",
    { kind: "crossing", sources: MID, line: 1 },
    /^extreme_imbalance_bid has episodes called extreme_imbalance_bid, as those of extreme_imbalance/,
  ],
];

Deno.test("readRulesFile() refuses what cannot be honoured, by its path and with what was probably meant", () => {
  const cases = [
    ...REFUSED,
    ...REFUSED_RULES.map(([name, said, { source }]) =>
      [
        JSON.stringify({ rules: { [name]: said } }),
        new RegExp(source.startsWith("^") ? `^rules\\.${source.slice(1)}` : `^rules\\..*${source}`),
      ] as const
    ),
    ['{"symbols": {"btcusdt": {}}}', /^symbols\.btcusdt must be in capital letters/] as const,
    [
      '{"symbols": {"BTCUSDT": {"price_burst": {"scales": -1}}}}',
      /^symbols\.BTCUSDT\.price_burst\.scales must be a number, at least 0, received -1$/,
    ] as const,
  ];
  for (const [text, line] of cases) {
    const { message } = assertThrows(
      () => readRulesFile(text, DEFAULT_SETTINGS),
      RulesProblem,
      undefined,
      text,
    );
    assert(line.test(message), `${text}\n${message}\n${line}`);
    assert(!message.includes("\n"), message);
  }
});

Deno.test("readRulesFile() refuses a number beyond all numbers", () => {
  assertThrows(
    () => readRulesFile('{"rules": {"price_burst": {"scales": 1e999}}}', DEFAULT_SETTINGS),
    RulesProblem,
    "rules.price_burst.scales must be a number, at least 0, received Infinity",
  );
});

Deno.test("readRulesFile() of nothing is what is built in, and so is what repeats it", () => {
  assertEquals(read({}), builtInBook(DEFAULT_SETTINGS));
  const rules = Object.fromEntries(
    DEFAULT_ALERT_RULES.map(({ name, version: _version, ...fields }) => [name, fields]),
  );
  assertEquals(read({ rules, symbols: { BTCUSDT: rules } }).all, builtInBook(DEFAULT_SETTINGS).all);
});

Deno.test("readRulesFile() changes what it names of a built-in rule, and gives it another version", () => {
  const { all } = read({ rules: { extreme_imbalance: { enter: 0.9, severity: "critical" } } });
  const before = named(DEFAULT_ALERT_RULES, "extreme_imbalance");
  const booked = all.find(({ rule }) => rule.name === "extreme_imbalance");
  const { version, ...rule } = booked?.rule ?? before;
  assertEquals({ ...rule, version: 1 } as AlertRule, {
    ...before,
    enter: 0.9,
    severity: "critical",
  } as AlertRule);
  assert(Number.isInteger(version) && version > 1 && version < 2 ** 31, `${version}`);
  assertEquals([booked?.isOn, booked?.from], [true, "file"]);
  assertEquals(
    all.filter(({ from }) => from === "built-in").map(({ rule }) => rule),
    DEFAULT_ALERT_RULES.filter(({ name }) => name !== "extreme_imbalance"),
  );
  const again = read({ rules: { extreme_imbalance: { severity: "critical", enter: 0.9 } } }).all;
  assertEquals(again, all, "the order in which it is written is no difference");
  const other = read({ rules: { extreme_imbalance: { severity: "critical", enter: 0.91 } } }).all;
  assert(named(other.map((one) => one.rule), "extreme_imbalance").version !== version);
});

Deno.test("readRulesFile() switches a rule off, for all or for one symbol, and on again for another", () => {
  const book = read({
    rules: { price_burst: { isOn: false } },
    symbols: {
      BTCUSDT: { price_burst: { isOn: true } },
      ETHUSDT: { wall_pulled: { isOn: false } },
    },
  });
  const names = (symbol: string) => rulesOf(book, symbol).map(({ name }) => name);
  const all = DEFAULT_ALERT_RULES.map(({ name }) => name);
  assertEquals(names("SOLUSDT"), all.filter((name) => name !== "price_burst"));
  assertEquals(rulesOf(book, "BTCUSDT"), DEFAULT_ALERT_RULES);
  assertEquals(
    names("ETHUSDT"),
    all.filter((name) => name !== "price_burst" && name !== "wall_pulled"),
  );
  const from = Object.fromEntries(
    book.symbols["ETHUSDT"]?.map(({ rule, from }) => [rule.name, from]) ?? [],
  );
  assertEquals(
    [from["wall_pulled"], from["price_burst"], from["cost_widening"]],
    ["symbol", "file", "built-in"],
  );
});

Deno.test("readRulesFile() adds rules of each kind, for all or for one symbol, with what they do not say", () => {
  const rules = {
    a: { kind: "threshold", sources: [{ metric: "spreadBps" }], enter: 5, leave: 3 },
    b: { kind: "crossing", sources: [{ metric: "mid", sign: -1 }], line: -100_000 },
    c: { kind: "flip", sources: [{ metric: "imbalance" }], enter: 0.8, leave: 0.6, withinMs: 1 },
    d: { kind: "deviation", sources: [{ metric: "spreadBps" }], scales: 6, moveMin: 1 },
    e: { kind: "share", sources: [{ metric: "bidNotional10Bps" }], enter: 0.4, leave: 0.5 },
    f: { kind: "event", valueMin: 1e6, distanceBpsMax: 5, ageMsMin: 0 },
    g: { kind: "state", states: ["halted"] },
  };
  const book = read({ rules: {}, symbols: { BTCUSDT: rules } });
  assertEquals(book.all, builtInBook(DEFAULT_SETTINGS).all);
  const own = rulesOf(book, "BTCUSDT").slice(DEFAULT_ALERT_RULES.length);
  assertEquals(own.map(({ name, kind }) => [name, kind]), [
    ...Object.entries(rules).map(([name, { kind }]) => [name, kind]),
  ] as typeof own[number]["kind"][][]);
  assertEquals(own.map(({ summary }) => summary.text), [
    "spreadBps is {value}",
    "mid has passed 100,000: {value}",
    "imbalance is {value}",
    "spreadBps is {value}; {median} is usual",
    "bidNotional10Bps is {share} % of what is usual",
    "a wall worth {value} US dollars was pulled",
    "the feed is {state}, and has been for {value} s",
  ]);
  const decimals = own.map(({ summary }) => summary.figures["value"]?.decimals);
  assertEquals(decimals, [2, 2, 2, 2, undefined, -3, 0]);
  const { severity, forMs, keepFiringMs, cooldownMs, smoothMs } = own[0] ??
    DEFAULT_ALERT_RULES[0] ??
    named([], "a rule");
  assertEquals([severity, forMs, keepFiringMs, cooldownMs, smoothMs], [
    "warning",
    0,
    15_000,
    60_000,
    0,
  ]);
});

Deno.test("readRulesFile() tells of a symbol's own line what it is, not what others have", () => {
  const line = (at: number) => ({ kind: "crossing", sources: MID, line: at });
  const book = read({
    rules: { round: line(1) },
    symbols: { BTCUSDT: { round: { line: 100_000 } } },
  });
  const texts = ["ETHUSDT", "BTCUSDT"].map((symbol) =>
    named(rulesOf(book, symbol), "round").summary.text
  );
  assertEquals(texts, ["mid has passed 1: {value}", "mid has passed 100,000: {value}"]);
});

Deno.test("readRulesFile() tells a value as finely as its line needs, and a line as a person writes it", () => {
  const { all } = read({
    rules: {
      tiny: { kind: "crossing", sources: MID, line: 0.00000842 },
      velocity: { kind: "crossing", sources: [{ metric: "velocity" }], line: -0.5 },
      half: { kind: "threshold", sources: MID, enter: 64_000.5, leave: 64_000 },
    },
  });
  const told = ["tiny", "velocity", "half"].map((name) => {
    const { text, figures } = named(all.map(({ rule }) => rule), name).summary;
    return [text, figures["value"]?.decimals];
  });
  assertEquals(told, [
    ["mid has passed 0.00000842: {value}", 9],
    ["velocity has passed −0.5: {value}", 2],
    ["mid is {value}", 2],
  ]);
});

Deno.test("docs/ALERTS.md shows a file of rules that can be used", async () => {
  const text = await Deno.readTextFile(new URL("../../../docs/ALERTS.md", import.meta.url));
  const examples = [...text.matchAll(/```json\n([^]*?)```/g)].map(([, json = ""]) => json);
  assertEquals(examples.length, 1);
  const book = readRulesFile(examples[0] ?? "", DEFAULT_SETTINGS);
  assert(book.all.some(({ from }) => from === "file"));
  assert(book.all.some(({ isOn }) => !isOn));
  assert(Object.keys(book.symbols).length > 0);
});
