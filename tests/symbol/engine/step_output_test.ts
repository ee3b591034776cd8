import { assertEquals } from "@std/assert";
import { StepBuffer } from "../../../actors/symbol/engine/step_output.ts";
import { bookFrame, tradesFrame } from "../../support/outputs.ts";

Deno.test("StepBuffer.take() gives what a step has led to, once, in lists that the next step leaves alone", () => {
  const buffer = new StepBuffer();
  const [book, trades] = [bookFrame(), tradesFrame()];
  const probe = { type: "probe_bbo", probe: 1 } as const;
  buffer.outputs.push(book, trades);
  buffer.commands.push(probe);
  const first = buffer.take();
  assertEquals(buffer.take(), { outputs: [], commands: [] });
  buffer.outputs.push(trades);
  const second = buffer.take();
  assertEquals(first, { outputs: [book, trades], commands: [probe] });
  assertEquals(second, { outputs: [trades], commands: [] });
});

Deno.test("StepBuffer.take() ends the step in which the book has changed", () => {
  const buffer = new StepBuffer();
  buffer.hasBookChanged = true;
  buffer.take();
  assertEquals(buffer.hasBookChanged, false);
});
