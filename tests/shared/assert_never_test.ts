import { assertEquals, assertThrows } from "@std/assert";
import { assertNever } from "../../shared/assert_never.ts";

/** What is said of a value that the compiler thinks impossible. */
function complaint(value: unknown): string {
  return assertThrows(() => assertNever(value as never, "open a parcel"), TypeError).message;
}

Deno.test("assertNever() says what could not be done, and what it received", () => {
  assertEquals(
    complaint({ type: "of tomorrow" }),
    'Cannot open a parcel: there is no case for it, received {"type":"of tomorrow"}',
  );
  assertEquals(
    complaint("tomorrow"),
    'Cannot open a parcel: there is no case for it, received "tomorrow"',
  );
  assertEquals(
    complaint(undefined),
    "Cannot open a parcel: there is no case for it, received undefined",
  );
});

Deno.test("assertNever() cuts what is too long to be read", () => {
  const message = complaint({ type: "x".repeat(9_999) });
  assertEquals(message.length < 300 && message.endsWith("…"), true, message);
});
