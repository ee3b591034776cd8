/** The time axis and typed times where clocks are put forward and back, by the clocks of the machine itself. */
import { assert, assertEquals } from "@std/assert";
import { momentIn, textOfMoment } from "../../../web/page/chart/time_field.ts";
import { timeTicks } from "../../../web/page/chart/time_ticks.ts";
import { ZONE } from "../../../web/page/preferences.ts";
import { zoneOffsetMs } from "../../../web/page/times.ts";

const HOUR_MS = 3_600_000;
const at = (iso: string) => Date.parse(iso);

/** Runs with the clocks of a machine there. */
function inZone(zone: string, run: () => void): void {
  const before = Deno.env.get("TZ");
  Deno.env.set("TZ", zone);
  ZONE.chosen.value = "local";
  try {
    run();
  } finally {
    ZONE.chosen.value = "UTC";
    if (before === undefined) Deno.env.delete("TZ");
    else Deno.env.set("TZ", before);
  }
}

const labels = (from: string, to: string, most: number) =>
  timeTicks({ fromMs: at(from), toMs: at(to) }, most, zoneOffsetMs).map(({ label }) => label);

/** Where clocks are changed: from two hours before until three hours after, a mark an hour. */
const EDGES = [
  {
    zone: "Europe/Paris",
    day: "spring",
    from: "2026-03-28T23:00:00Z",
    labels: ["00:00", "01:00", "03:00 UTC+2", "04:00", "05:00", "06:00"],
  },
  {
    zone: "Europe/Paris",
    day: "autumn",
    from: "2026-10-24T22:00:00Z",
    labels: ["00:00", "01:00", "02:00", "02:00 UTC+1", "03:00", "04:00"],
  },
  {
    zone: "America/New_York",
    day: "spring",
    from: "2026-03-08T05:00:00Z",
    labels: ["00:00", "01:00", "03:00 UTC−4", "04:00", "05:00", "06:00"],
  },
  {
    zone: "America/New_York",
    day: "autumn",
    from: "2026-11-01T04:00:00Z",
    labels: ["00:00", "01:00", "01:00 UTC−5", "02:00", "03:00", "04:00"],
  },
  {
    zone: "UTC",
    day: "any",
    from: "2026-03-29T00:00:00Z",
    labels: ["00:00", "01:00", "02:00", "03:00", "04:00", "05:00"],
  },
];

for (const { zone, day, from, labels: expected } of EDGES) {
  Deno.test(`timeTicks() has the hours that clocks show in ${zone} in ${day}`, () => {
    inZone(zone, () => {
      const to = new Date(at(from) + 5 * HOUR_MS).toISOString();
      assertEquals(labels(from, to, 6), expected);
    });
  });
}

Deno.test("timeTicks() stands on local midnights though a day has 23 or 25 hours", () => {
  inZone("Europe/Paris", () => {
    const spring = timeTicks(
      { fromMs: at("2026-03-26T12:00:00Z"), toMs: at("2026-04-01T12:00:00Z") },
      6,
      zoneOffsetMs,
    );
    assertEquals(spring.map(({ label }) => label), [
      "Mar 27",
      "Mar 28",
      "Mar 29",
      "Mar 30",
      "Mar 31",
      "Apr 1",
    ]);
    for (const { timeMs } of spring) {
      assertEquals(textOfMoment(timeMs, zoneOffsetMs).slice(11), "00:00:00");
    }
    const half = labels("2026-10-24T10:00:00Z", "2026-10-26T10:00:00Z", 5);
    assertEquals(half, ["12:00", "Oct 25", "12:00 UTC+1", "Oct 26"]);
  });
  inZone("America/New_York", () => {
    const autumn = labels("2026-10-30T12:00:00Z", "2026-11-04T12:00:00Z", 5);
    assertEquals(autumn, ["Oct 31", "Nov 1", "Nov 2", "Nov 3", "Nov 4"]);
  });
});

Deno.test("timeTicks() stands on round times of zones that are quarters of an hour apart", () => {
  inZone("Asia/Kathmandu", () => {
    assertEquals(labels("2026-01-01T00:00:00Z", "2026-01-01T02:00:00Z", 3), ["06:00", "07:00"]);
    assertEquals(labels("2026-01-01T00:00:00Z", "2026-01-01T00:20:00Z", 3), ["05:50", "06:00"]);
  });
});

Deno.test("timeTicks() is round at every length, from seconds to years, and never more than asked for by half", () => {
  inZone("UTC", () => {
    const fromMs = at("2026-02-27T21:03:07.123Z");
    for (let lengthMs = 2_000; lengthMs < 20 * 366 * 86_400_000; lengthMs *= 1.37) {
      for (const most of [3, 7, 12]) {
        const ticks = timeTicks({ fromMs, toMs: fromMs + lengthMs }, most, zoneOffsetMs);
        assert(ticks.length <= most * 1.5 + 1, `${ticks.length} of ${most} in ${lengthMs}`);
        for (const { timeMs } of ticks) assertEquals(timeMs % 1_000, 0);
        assertEquals(new Set(ticks.map(({ timeMs }) => timeMs)).size, ticks.length);
      }
    }
    assertEquals(labels("2026-02-27T21:03:07Z", "2026-02-27T21:03:13Z", 3), [
      "21:03:08",
      "21:03:10",
      "21:03:12",
    ]);
    assertEquals(labels("2025-11-15T00:00:00Z", "2026-03-15T00:00:00Z", 4), [
      "Dec 2025",
      "Jan 2026",
      "Feb 2026",
      "Mar 2026",
    ]);
  });
});

// -- Typed times --

Deno.test("momentIn() takes a time that clocks show twice for the first, and one that they skip for as much later, and says so", () => {
  const typed = (text: string) => {
    const moment = momentIn(text, zoneOffsetMs);
    return [moment && new Date(moment.timeMs).toISOString().slice(0, 16), moment?.note];
  };
  inZone("Europe/Paris", () => {
    assertEquals(typed("2026-10-25T02:30"), [
      "2026-10-25T00:30",
      "The clocks show that time twice: it is taken as the first, UTC+2.",
    ]);
    assertEquals(typed("2026-03-29T02:30"), [
      "2026-03-29T01:30",
      "The clocks skip that time: it is taken as 03:30:00.",
    ]);
    assertEquals(typed("2026-03-29T03:00:00"), ["2026-03-29T01:00", ""]);
    assertEquals(typed("2026-10-25T03:00"), ["2026-10-25T02:00", ""]);
  });
  inZone("America/New_York", () => {
    assertEquals(typed("2026-11-01T01:30"), [
      "2026-11-01T05:30",
      "The clocks show that time twice: it is taken as the first, UTC−4.",
    ]);
    assertEquals(typed("2026-03-08T02:30"), [
      "2026-03-08T07:30",
      "The clocks skip that time: it is taken as 03:30:00.",
    ]);
  });
});

Deno.test("momentIn() reads what textOfMoment() writes, each hour of a year", () => {
  for (const zone of ["Europe/Paris", "America/New_York", "UTC"]) {
    inZone(zone, () => {
      for (
        let timeMs = at("2026-01-01T00:00:00Z");
        timeMs < at("2027-01-01T00:00:00Z");
        timeMs += HOUR_MS
      ) {
        const read = momentIn(textOfMoment(timeMs, zoneOffsetMs), zoneOffsetMs);
        const isSecond = read !== null && read.note !== "" && read.timeMs === timeMs - HOUR_MS;
        assert(read?.timeMs === timeMs || isSecond, `${zone} ${new Date(timeMs).toISOString()}`);
      }
    });
  }
  for (const text of ["", "2026-01-01", "2026-13-01T00:00", "soon"]) {
    assertEquals(momentIn(text, zoneOffsetMs), null);
  }
});
