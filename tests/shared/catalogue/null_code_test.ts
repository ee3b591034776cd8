import { assertEquals } from "@std/assert";
import { METRIC_NAMES } from "../../../shared/catalogue/metrics.ts";
import { codeOf, codeOfNothing, readNullCode } from "../../../shared/catalogue/null_code.ts";
import { NULL_REASON_NAMES, NULL_REASONS } from "../../../shared/catalogue/null_reasons.ts";

Deno.test("readNullCode() gives back each metric with each reason, alone and beside others", () => {
  for (const name of METRIC_NAMES) {
    for (const reason of NULL_REASON_NAMES) {
      assertEquals(readNullCode(codeOf(name, reason)), { [name]: reason });
    }
  }
  const code = codeOf("velocity", "warming_up") + codeOf("buyVwap1000k", "not_covered");
  assertEquals(readNullCode(code), { velocity: "warming_up", buyVwap1000k: "not_covered" });
});

Deno.test("readNullCode() reads one letter as a frame in which nothing is known", () => {
  const all = Object.fromEntries(METRIC_NAMES.map((name) => [name, "one_sided"]));
  assertEquals(readNullCode(codeOfNothing("one_sided")), all);
});

Deno.test("readNullCode() finds no reason in what told none, and leaves out what is still to come", () => {
  assertEquals([readNullCode(""), readNullCode(null), readNullCode("?")], [{}, {}, {}]);
  assertEquals(readNullCode(`zzw01?${codeOf("mid", "one_sided")}`), { mid: "one_sided" });
});

Deno.test("What is stored keeps its meaning: letters are one each, places stay where they are", () => {
  const letters = NULL_REASON_NAMES.map((name) => NULL_REASONS[name].letter);
  assertEquals(new Set(letters).size, letters.length);
  assertEquals(letters.every((letter) => letter.length === 1), true);
  const parts = METRIC_NAMES.map((name) => codeOf(name, "not_live"));
  assertEquals(new Set(parts).size, parts.length);
  assertEquals([codeOf("bestBidPrice", "not_live"), codeOf("roundTripBps1000k", "too_thin")], [
    "00l",
    "1gt",
  ]);
});
