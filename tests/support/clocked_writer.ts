/** The real writer on a real worker, whose clocks are set by a file (`set_clocks.ts`). */
import "../../shared/no_environment.ts";
import { runActor } from "../../actors/run_actor.ts";
import { createWriter } from "../../actors/writer/actor.ts";
import type { WriterArgs } from "../../shared/protocol.ts";
import { clocksOf } from "./set_clocks.ts";

/** The writer's arguments, and the file that has the clocks. */
export interface ClockedArgs {
  readonly writer: WriterArgs;
  readonly clocks: string;
}

runActor<ClockedArgs>((init, host) => {
  const { writer, clocks } = init.args;
  const [now, monotonic, up] = [Date.now, performance.now.bind(performance), Deno.osUptime];
  Date.now = () => now() + clocksOf(clocks).wallMs;
  performance.now = () => monotonic() + clocksOf(clocks).monotonicMs;
  Deno.osUptime = () => {
    const { monotonicMs, sleptMs } = clocksOf(clocks);
    return Math.floor(up() + (monotonicMs + sleptMs) / 1_000);
  };
  return createWriter({ ...init, args: writer }, host);
});
