import { assertRotations } from "../support/rotations.ts";

Deno.test("SymbolActor replaces its connection a hundred times under load and loses nothing", () =>
  assertRotations(100));
