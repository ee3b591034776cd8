import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  GROUP_BYTES_MAX,
  GroupCutter,
  type MessageGroup,
} from "../../actors/store/message_group.ts";
import { concatenate, message, WireError } from "../../actors/store/wire.ts";
import { bind, close, describe, execute, FLUSH, parse, query, SYNC } from "./wire_client.ts";

const COPY_REFUSAL = message("f", "COPY FROM STDIN is not available in the embedded database\0");

function cut(cutter: GroupCutter, ...chunks: Uint8Array[]): MessageGroup[] {
  const groups: MessageGroup[] = [];
  for (const chunk of chunks) {
    cutter.push(chunk);
    for (let group = cutter.take(); group !== null; group = cutter.take()) groups.push(group);
  }
  return groups;
}

/** Two groups of every kind of message that a client may send. */
const CONVERSATION = concatenate([
  query("SELECT 1"),
  parse("s", "SELECT 2"),
  describe("S", "s"),
  FLUSH,
  bind("", "s"),
  execute(),
  close("S", "s"),
  SYNC,
]);

Deno.test("GroupCutter.take() ends a group at Query, Flush and Sync, and nowhere else", () => {
  const groups = cut(new GroupCutter("c1_"), CONVERSATION);
  assertEquals(groups.map(({ bytes }) => bytes), [
    concatenate([query("SELECT 1"), COPY_REFUSAL]),
    concatenate([parse("c1_s", "SELECT 2"), describe("S", "c1_s"), FLUSH]),
    concatenate([bind("", "c1_s"), execute(), COPY_REFUSAL, close("S", "c1_s"), SYNC]),
  ]);
});

Deno.test("GroupCutter.take() gives the same groups however the bytes are split or merged", () => {
  const whole = cut(new GroupCutter("c1_"), CONVERSATION, CONVERSATION);
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 2 * CONVERSATION.length }), { maxLength: 40 }),
    (cuts) => {
      const bytes = concatenate([CONVERSATION, CONVERSATION]);
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      assertEquals(cut(new GroupCutter("c1_"), ...chunks), whole);
    },
  ));
});

Deno.test("GroupCutter.push() copies: the caller may use its buffer again", () => {
  const cutter = new GroupCutter("c1_");
  const buffer = query("SELECT 1");
  cutter.push(buffer.subarray(0, 9));
  const rest = buffer.slice(9);
  buffer.fill(0);
  assertEquals(cut(cutter, rest)[0]?.bytes, concatenate([query("SELECT 1"), COPY_REFUSAL]));
});

Deno.test("GroupCutter.take() leaves portals and unnamed statements their names", () => {
  const bytes = concatenate([
    parse("", "SELECT 1"),
    bind("portal", ""),
    describe("P", "portal"),
    close("P", "portal"),
    SYNC,
  ]);
  const [group] = cut(new GroupCutter("c1_"), bytes);
  assertEquals(group?.bytes, bytes);
  assertEquals(group?.namesStatement, false);
});

Deno.test("GroupCutter.take() tells a group that uses the unnamed statement of an earlier one", () => {
  const uses = (...parts: Uint8Array[]) =>
    cut(new GroupCutter("c1_"), concatenate([...parts, SYNC]))[0]?.usesUnnamed;
  assertEquals(uses(bind("", ""), execute()), true);
  assertEquals(uses(describe("S", "")), true);
  assertEquals(uses(parse("", "SELECT 1"), bind("", ""), execute()), false);
  assertEquals(uses(bind("", "named"), execute()), false);
});

Deno.test("GroupCutter.take() drops what belongs to a refused copy", () => {
  const copied = [message("d", "1\n"), message("c"), message("f", "no\0")];
  const [group] = cut(new GroupCutter("c1_"), concatenate([...copied, SYNC]));
  assertEquals(group?.bytes, SYNC);
});

Deno.test("GroupCutter.take() stops at Terminate", () => {
  const cutter = new GroupCutter("c1_");
  assertEquals(cut(cutter, concatenate([message("X"), query("SELECT 1")])), []);
  assertEquals(cutter.ended, true);
});

const REFUSED: [string, Uint8Array, string][] = [
  ["a type that Postgres would die of", message("y"), "0A000"],
  ["a function call", message("F", "\0\0\0\0"), "0A000"],
  ["a length below its own size", new Uint8Array([0x51, 0, 0, 0, 3]), "08P01"],
  ["a negative length", new Uint8Array([0x51, 0xff, 0, 0, 0]), "08P01"],
  ["a name without an end", message("P", "s"), "08P01"],
  ["a name that Postgres would cut", parse("n".repeat(61), ""), "42622"],
];
for (const [what, bytes, code] of REFUSED) {
  Deno.test(`GroupCutter.take() refuses ${what}`, () => {
    const error = assertThrows(() => cut(new GroupCutter("c1_"), bytes), WireError);
    assertEquals(error.code, code);
  });
}

Deno.test("GroupCutter.take() refuses a group beyond its bound before it has all come", () => {
  const header = new Uint8Array(5);
  header[0] = 0x51;
  new DataView(header.buffer).setUint32(1, GROUP_BYTES_MAX + 1);
  const large = assertThrows(() => cut(new GroupCutter("c1_"), header), WireError);
  assertEquals(large.code, "54000");

  const half = message("P", "\0", "x".repeat(GROUP_BYTES_MAX / 2), "\0\0\0");
  const cutter = new GroupCutter("c1_");
  assertEquals(cut(cutter, half), []);
  const many = assertThrows(() => cut(cutter, half), WireError);
  assertEquals(many.code, "54000");
});
