import { assertRotations } from "../support/rotations.ts";

Deno.test("SymbolActor replaces its connection ten times under load and loses nothing", () =>
  assertRotations(10));
