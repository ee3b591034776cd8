import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  faultOf,
  identityConflict,
  isAnswer,
  isContentError,
  LockHeld,
  TableRefused,
} from "../../actors/writer/failures.ts";
import { writeIsolating } from "../../actors/writer/isolate.ts";
import { type Migration, planMigrations, versionOf } from "../../actors/writer/migrations.ts";
import type { RowIds } from "../../actors/writer/row_ids.ts";
import { rowsOf, statementsFor } from "../../actors/writer/rows.ts";
import {
  alertEvent,
  auditRecord,
  bookFrame,
  bucketFrame,
  delivery,
  feedStatus,
  gapRecord,
  proofStatus,
} from "./outputs.ts";

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

Deno.test("writeIsolating() leaves out exactly the refused rows, in any mix", async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), async (bad) => {
    const rows = bad.map((isBad, index) => ({ isBad, index }));
    const written: number[] = [];
    const poison = await writeIsolating(rows, (some) => {
      if (some.some(({ isBad }) => isBad)) return Promise.reject(failure("22P02"));
      written.push(...some.map(({ index }) => index));
      return Promise.resolve();
    }, () => Promise.resolve());
    assertEquals(written, rows.filter(({ isBad }) => !isBad).map(({ index }) => index));
    assertEquals(poison.map(({ row }) => row), rows.filter(({ isBad }) => isBad));
  }));
});

const NOT_ASKED = () => Promise.reject(new Error("Nothing was refused"));

Deno.test("writeIsolating() takes an outage for no refusal", async () => {
  await assertRejects(
    () => writeIsolating([1, 2], () => Promise.reject(failure("CONNECTION_CLOSED")), NOT_ASKED),
    Error,
    "CONNECTION_CLOSED",
  );
});

Deno.test("writeIsolating() gives up no row of a table that refuses what it has taken before", async () => {
  let asked = 0;
  const prove = () => {
    asked += 1;
    return Promise.reject(new TableRefused("metrics", failure("23514")));
  };
  const rows = Array.from({ length: 1_000 }, (_, n) => n);
  let tried = 0;
  const write = () => {
    tried += 1;
    return Promise.reject(failure("23514"));
  };
  const error = await assertRejects(() => writeIsolating(rows, write, prove), TableRefused);
  assertEquals([tried, asked, isContentError(error)], [1, 1, false]);
  assertEquals(faultOf(error, []).reason, "every row of metrics is refused: 23514");
});

Deno.test("isContentError() and isAnswer() sort what the driver says", () => {
  const codes = [
    "22P02",
    "23502",
    "44000",
    "54000",
    "P0001",
    "40001",
    "42P01",
    "08006",
    "57P01",
    "ECONNREFUSED",
  ];
  assertEquals(codes.filter((code) => isContentError(failure(code))), codes.slice(0, 5));
  assertEquals(codes.filter((code) => isAnswer(failure(code))), codes.slice(0, 7));
  assert(!isAnswer(failure("EPIPE")) && !isAnswer(new Error("no code")));
});

Deno.test("faultOf() hides a password that a server quotes", () => {
  const error = new Error('no user with the password "p@ss/w0rd" here');
  assertEquals(faultOf(error, ["p@ss/w0rd"]).reason, 'no user with the password "***" here');
});

Deno.test("faultOf() names a failure by what it is, and says it in words without numbers that change", () => {
  const reply = (message: string) => Object.assign(new Error(message), { name: "ReplyError" });
  const table: [unknown, string, RegExp][] = [
    [failure("53100"), "53100", /^its disk is full$/],
    [failure("25006"), "25006", /^it is read-only \(a replica, or the old primary/],
    [
      Object.assign(new Error("permission denied for table metrics"), { code: "42501" }),
      "42501",
      /table metrics$/,
    ],
    [new DOMException("late", "TimeoutError"), "ETIMEDOUT", /^it does not answer$/],
    [
      Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" }),
      "57014",
      /^canceling statement/,
    ],
    [new LockHeld('"x" (server process 7)'), "held", /^it is held by "x"/],
    [reply("OOM command not allowed when used memory > 'maxmemory'."), "OOM", /memory is full/],
    [
      reply("NOPERM User x has no permissions to run the 'set' command"),
      "NOPERM",
      /^NOPERM User x/,
    ],
    [reply("CLUSTERDOWN Hash slot not served"), "CLUSTERDOWN", /^its cluster is down$/],
    [new Error("Connection is closed."), "CONNECTION_CLOSED", /^the connection was lost$/],
    [new Error("Command timed out"), "ETIMEDOUT", /^it does not answer$/],
  ];
  for (const [error, kind, reason] of table) {
    const fault = faultOf(error, []);
    assertEquals(fault.kind, kind);
    assertMatch(fault.reason, reason);
  }
});

Deno.test("identityConflict() lets a kind in again, whatever its label, and refuses the other", () => {
  const address = { kind: "embedded", socketDir: "/s" } as const;
  const held = { kind: "simulation", label: "SIMULATED" } as const;
  assertEquals(identityConflict(address, held, { kind: "simulation", label: "REPLAY" }), null);
  const line = identityConflict(address, held, { kind: "exchange", label: "Binance spot" });
  assertMatch(line ?? "", /DATA_DIR holds data of SIMULATED .*Choose another DATA_DIR.*task demo/);
});

function migration(version: number, checksum = `sum${version}`): Migration {
  return { version, name: `00${version}_x.sql`, sql: "", checksum };
}

Deno.test("planMigrations() applies what is missing, in order", () => {
  const plan = planMigrations([migration(3), migration(1), migration(2)], [migration(1)]);
  assert(plan.kind === "apply");
  assertEquals(plan.pending.map(({ version }) => version), [2, 3]);
});

Deno.test("planMigrations() refuses a newer database and a changed migration", () => {
  const newer = planMigrations([migration(1)], [migration(1), migration(2)]);
  assertMatch(newer.kind === "refuse" ? newer.reason : "", /newer than this program.*002_x\.sql/);
  const changed = planMigrations([migration(1)], [migration(1, "other")]);
  assertMatch(changed.kind === "refuse" ? changed.reason : "", /001_x\.sql was changed after/);
});

Deno.test("planMigrations() and versionOf() throw on files that are not numbered 1, 2, 3", () => {
  assertThrows(() => planMigrations([migration(1), migration(3)], []), TypeError);
  assertEquals(versionOf("012_more_tables.sql"), 12);
  for (const name of ["12_x.sql", "001-x.sql", "001_x.sql~"]) {
    assertThrows(() => versionOf(name), TypeError);
  }
});

Deno.test("rowsOf() stores intervals, alerts, what is numbered in a life, and nothing else", () => {
  const items = [bucketFrame(1), bucketFrame(2, { bucketMs: null }), alertEvent(), bookFrame()];
  const numbered = [feedStatus(), gapRecord(), auditRecord(), proofStatus()];
  const onScreen = proofStatus({ number: 2, forStore: false });
  const rows = rowsOf(delivery(1, [...items, ...numbered, onScreen], { incarnation: 7 }));
  const tables = ["metrics", "alerts", "feed_status", "gaps", "audits", "proofs"];
  assertEquals(rows.map(({ table }) => table), tables);
  assertEquals(new Set(rows.map(({ item }) => item.incarnation)), new Set([7]));
});

/** Each market and all settings have been given an id. */
const IDS: RowIds = { symbolId: () => 1, settingsId: () => 2 };

Deno.test("statementsFor() has one statement a table, and of an alert its highest revision", () => {
  const revisions = [2, 3, 1].map((revision) => alertEvent({ revision }));
  const rows = rowsOf(delivery(1, [bucketFrame(1), ...revisions]));
  const statements = statementsFor(rows, IDS, () => -Infinity);
  const tables = statements.map(({ text }) => /INSERT INTO (\w+)/.exec(text)?.[1]);
  assertEquals(tables, ["metrics", "alerts"]);
  assertEquals(statements[1]?.parameters[2], [3]);
});

Deno.test("statementsFor() looks at what an earlier version has stored only for rows that may be there", () => {
  const rows = rowsOf(delivery(1, [bucketFrame(1), bucketFrame(2)]));
  const looksAt = (untilMs: number) =>
    statementsFor(rows, IDS, () => untilMs)[0]?.text.includes("metrics_unpartitioned");
  const oldestMs = bucketFrame(1).timeMs;
  assertEquals([oldestMs - 1, oldestMs, oldestMs + 1].map(looksAt), [false, true, true]);
  const others = statementsFor(rowsOf(delivery(1, [alertEvent()])), IDS, () => Infinity);
  assertEquals(others.map(({ text }) => text.includes("IS NULL")), [false]);
});
