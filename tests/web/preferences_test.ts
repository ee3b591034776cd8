/** What a person has chosen of how numbers and times are written. */
import { assertEquals } from "@std/assert";
import { effect } from "@preact/signals";
import {
  formatBps,
  formatCount,
  formatMs,
  formatNumber,
  formatPrice,
  formatQty,
  formatShare,
  formatSigned,
} from "../../web/page/format.ts";
import { definitionOf } from "../../shared/catalogue/metrics.ts";
import { alertFigures } from "../../web/page/alert_text.ts";
import { bandText } from "../../web/page/depth_bands.ts";
import { rangeText } from "../../web/page/metric_note_text.ts";
import { MARKS, type Preference, QUANTITIES, ZONE } from "../../web/page/preferences.ts";
import { shareOfTime } from "../../web/page/quality_text.ts";
import { alertEvent } from "../support/outputs.ts";
import {
  formatDay,
  formatExact,
  formatMoment,
  formatTime,
  zoneText,
} from "../../web/page/times.ts";

/** Runs `act` while another value is chosen. */
function choosing<Value extends string>(
  { chosen }: Preference<Value>,
  value: Value,
  act: () => void,
) {
  const before = chosen.value;
  chosen.value = value;
  try {
    act();
  } finally {
    chosen.value = before;
  }
}

function inZone(name: string, act: () => void): void {
  const before = Deno.env.get("TZ");
  Deno.env.set("TZ", name);
  try {
    choosing(ZONE, "local", act);
  } finally {
    if (before === undefined) Deno.env.delete("TZ");
    else Deno.env.set("TZ", before);
  }
}

const at = (text: string) => Date.parse(text);
const NOON_MS = at("2026-08-01T12:00:00Z");

Deno.test("Times are UTC where nothing else is chosen, whatever the zone of the machine", () => {
  Deno.env.set("TZ", "America/New_York");
  assertEquals(formatTime(NOON_MS), "12:00:00");
  assertEquals(formatExact(NOON_MS, NOON_MS), "12:00:00 UTC");
  assertEquals(formatExact(NOON_MS - 86_400_000, NOON_MS), "2026-07-31 12:00:00 UTC");
  Deno.env.delete("TZ");
});

Deno.test("Times in the zone of the machine say how far it is from UTC, also where its clocks go back", () => {
  const cases = [
    ["Europe/Paris", "2026-08-01T12:00:00Z", "14:00:00 UTC+2", "2026-08-01"],
    // The hour that comes twice is told apart by its zone; the one that is left out does not occur.
    ["Europe/Paris", "2026-10-25T00:30:00Z", "02:30:00 UTC+2", "2026-10-25"],
    ["Europe/Paris", "2026-10-25T01:30:00Z", "02:30:00 UTC+1", "2026-10-25"],
    ["Europe/Paris", "2026-03-29T00:59:59Z", "01:59:59 UTC+1", "2026-03-29"],
    ["Europe/Paris", "2026-03-29T01:00:00Z", "03:00:00 UTC+2", "2026-03-29"],
    ["America/New_York", "2026-11-01T05:30:00Z", "01:30:00 UTC−4", "2026-11-01"],
    ["America/New_York", "2026-11-01T06:30:00Z", "01:30:00 UTC−5", "2026-11-01"],
    ["America/New_York", "2026-08-01T02:00:00Z", "22:00:00 UTC−4", "2026-07-31"],
    ["America/St_Johns", "2026-01-10T12:00:00Z", "08:30:00 UTC−3:30", "2026-01-10"],
    ["Asia/Kolkata", "2026-01-10T20:00:00Z", "01:30:00 UTC+5:30", "2026-01-11"],
    ["UTC", "2026-08-01T12:00:00Z", "12:00:00 UTC", "2026-08-01"],
  ] as const;
  for (const [zone, moment, text, day] of cases) {
    const timeMs = at(moment);
    inZone(zone, () => {
      assertEquals(formatExact(timeMs, timeMs), text, `${moment} in ${zone}`);
      assertEquals(formatDay(timeMs), day, `${moment} in ${zone}`);
    });
  }
});

Deno.test("formatMoment() names a day that is another one in the zone that is chosen", () => {
  const [late, now] = [at("2026-08-01T03:30:00Z"), at("2026-08-01T12:00:00Z")];
  assertEquals(formatMoment(late, now), "03:30:00");
  inZone("America/New_York", () => {
    assertEquals(formatMoment(late, now), "2026-07-31 23:30:00");
    assertEquals(zoneText(late), "UTC−4");
  });
});

Deno.test("Every number has the marks that are chosen", () => {
  const texts = () => [
    formatPrice(1_234_567.8, 2),
    formatCount(12_345),
    formatSigned(-0.25, 2),
    formatSigned(0, 1),
    formatQty(56_700),
    formatQty(0.000012),
    formatBps(0.0015),
    formatShare(0.302, 1),
    formatMs(1.5),
    formatNumber(-0.8),
    bandText(10),
    shareOfTime(0.9564),
    rangeText({ ...definitionOf("topShare"), range: [-0.005, 0.5] }),
    alertFigures(alertEvent({ value: 0.123456, peak: null }), false, null, 0),
  ];
  const thin = "\u202f";
  const plain = [
    ...["−0.25", "0.0", "56.70k", "0.000012", "0.0015", "30.2 %", "1.5", "−0.8"],
    ...["0.1 %", "95.64 %", "−0.5 % … 50 %", "0.1235 at the end · threshold 0.8"],
  ];
  const commas = plain.map((text) => text.replaceAll(/(?<=\d)\.(?=\d)/g, ","));
  const cases = [
    ["1,234.5", ["1,234,567.80", "12,345", ...plain]],
    ["1.234,5", ["1.234.567,80", "12.345", ...commas]],
    ["1 234,5", [`1${thin}234${thin}567,80`, `12${thin}345`, ...commas]],
    ["1 234.5", [`1${thin}234${thin}567.80`, `12${thin}345`, ...plain]],
    ["1234.5", ["1234567.80", "12345", ...plain]],
  ] as const;
  assertEquals(cases.map(([marks]) => marks), [...MARKS.values]);
  for (const [marks, expected] of cases) {
    choosing(MARKS, marks, () => assertEquals(texts(), [...expected], marks));
  }
});

Deno.test("Quantities in full have all digits that carry meaning, and none besides", () => {
  const quantities = [0, 0.000012, 0.1 + 0.2, 12.5, 56_700.25, 8_901_234, 1_234_567_890, null];
  choosing(QUANTITIES, "full", () => {
    assertEquals(quantities.map(formatQty), [
      "0",
      "0.000012",
      "0.3",
      "12.5",
      "56,700.25",
      "8,901,234",
      "1,234,567,890",
      "–",
    ]);
  });
});

Deno.test("Who shows a number or a time writes it anew when something else is chosen", () => {
  const seen: string[] = [];
  const stop = effect(() => void seen.push(`${formatPrice(1.5, 1)} ${zoneText(NOON_MS)}`));
  inZone("Asia/Kolkata", () => choosing(MARKS, "1.234,5", () => {}));
  stop();
  assertEquals(seen, ["1.5 UTC", "1.5 UTC+5:30", "1,5 UTC+5:30", "1.5 UTC+5:30", "1.5 UTC"]);
});
