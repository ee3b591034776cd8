import { assertRotations } from "../support/rotations.ts";

Deno.test("SymbolActor replaces its connection again and again under load and loses nothing", () =>
  assertRotations(8));
