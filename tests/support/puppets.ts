/** Puppets as children of a supervisor, and the diary in which they note what happens to them. */
import type { ChildSpec } from "../../actors/supervisor/child.ts";
import type { ActorId } from "../../shared/protocol.ts";
import type { PuppetArgs } from "./puppet_actor.ts";

/** A puppet that notes in `diary`, with patience for a busy machine; all but symbols are essential. */
export function puppetSpec(
  actorId: ActorId,
  act: PuppetArgs["act"],
  diary: string,
  overrides: Partial<ChildSpec> = {},
): ChildSpec {
  return {
    actorId,
    group: actorId.replace(/:.*/, ""),
    url: new URL("./puppet_actor.ts", import.meta.url),
    args: { diary, act } satisfies PuppetArgs,
    permissions: { read: true, write: [diary] },
    limits: { intensity: 3, periodMs: 60_000 },
    readyMaxMs: 20_000,
    heartbeatMaxMs: 20_000,
    isEssential: !actorId.startsWith("symbol:"),
    ...overrides,
  };
}

/** What they have noted, in order. */
export function readDiary(diary: string): string[] {
  return Deno.readTextFileSync(diary).split("\n").filter((line) => line !== "");
}
