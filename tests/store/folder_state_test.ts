import { assertEquals, assertMatch } from "@std/assert";
import { type FolderState, judgeFolder } from "../../actors/store/folder_state.ts";
import { LastWords, reasonOf } from "../../actors/store/last_words.ts";

const THERE: FolderState = {
  path: "/d/pgdata",
  kind: "folder",
  names: ["PG_VERSION", "base"],
  version: "18\n",
};

const VERDICTS: [string, Partial<FolderState>, RegExp][] = [
  ["of this version", {}, /^open$/],
  ["missing", { kind: null, names: [], version: null }, /^create$/],
  ["empty", { names: [], version: null }, /^create$/],
  ["half created", { names: ["base"], version: null }, /no PG_VERSION.*restore .*move it away/],
  ["foreign", { names: ["photo.jpg"], version: null }, /no PG_VERSION.*half of a database or none/],
  ["a file", { kind: "other", names: [], version: null }, /is no folder: move it away/],
  ["older", { version: "17" }, /written by Postgres 17, .* embeds Postgres 18; start the version/],
  ["newer", { version: "19" }, /written by Postgres 19, .* embeds Postgres 18; start the version/],
  ["of a torn version", { version: "" }, /PG_VERSION names no version: restore .*move it away/],
  ["of noise", { version: "\0\0" }, /PG_VERSION names no version/],
];
for (const [what, state, verdict] of VERDICTS) {
  Deno.test(`judgeFolder() knows a folder that is ${what}`, () => {
    const judged = judgeFolder({ ...THERE, ...state });
    const text = typeof judged === "string" ? judged : judged.refusal;
    assertMatch(text, verdict);
    if (typeof judged !== "string") assertMatch(text, /^DATA_DIR: \/d\/pgdata/);
  });
}

Deno.test("LastWords keeps the first reason for an end, and takes no other line for one", () => {
  const words = new LastWords();
  words.accept("2026-11-29 03:00:51.080 UTC [42] LOG:  invalid checkpoint record");
  words.accept("2026-11-29 03:00:51.080 UTC [42] ERROR:  relation PANIC does not exist");
  assertEquals([words.isOver, words.reason], [false, null]);
  words.accept("2026-11-29 03:00:51.081 UTC [42] PANIC:  could not locate a checkpoint");
  words.accept("Aborted()");
  assertEquals([words.isOver, words.reason], [true, "could not locate a checkpoint"]);
});

Deno.test("LastWords knows an end without a word", () => {
  const words = new LastWords();
  words.accept("Aborted(). Build with -sASSERTIONS for more info.");
  assertEquals([words.isOver, words.reason], [true, null]);
});

Deno.test("reasonOf() says what an error of WebAssembly's file system means", () => {
  assertEquals(reasonOf({ name: "ErrnoError", errno: 51 }), "No space left on device");
  assertEquals(reasonOf({ name: "ErrnoError", errno: 7 }), "error 7 of the file system");
  assertEquals(reasonOf(new Error("as it says")), "as it says");
});
