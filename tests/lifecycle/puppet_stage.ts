/** A supervisor over puppets on real workers. */
import { TREE } from "../../actors/children.ts";
import type { Answer, ChildSpec } from "../../actors/supervisor/child.ts";
import {
  type Lost,
  Supervisor,
  type SupervisorOptions,
} from "../../actors/supervisor/supervisor.ts";
import type { SharingPlan } from "../../actors/supervisor/seating.ts";
import type { Sharing } from "../../actors/supervisor/sharing.ts";
import type { ActorId, Control, Errand } from "../../shared/protocol.ts";
import { eventually } from "../support/eventually.ts";
import { sharingOfTests } from "../support/sharing.ts";
import { systemStatus } from "../support/outputs.ts";
import type { PuppetArgs } from "../support/puppet_actor.ts";
import { puppetSpec, readDiary } from "../support/puppets.ts";

/** A stage of puppets; `diary()` tells what happened to them, in order. */
export async function stage(
  act: (stage: Stage) => Promise<void>,
  options: Partial<SupervisorOptions> = {},
): Promise<void> {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/diary`;
  await Deno.writeTextFile(path, "");
  const errands: Stage["errands"] = [];
  const greetings: Stage["greetings"] = new Map();
  const ended: ActorId[] = [];
  const lost: Stage["lost"] = [];
  const supervisor: Supervisor = new Supervisor({
    logLevel: "error",
    tree: TREE,
    plan: planOf(sharingOfTests()),
    greeting: (actorId) => greetings.get(actorId) ?? [],
    onErrand: (actorId, errand, answer) => errands.push({ actorId, errand, answer }),
    onReady: () => {},
    onEnded: (actorId) => ended.push(actorId),
    onLost: (actorId, what) => lost.push({ actorId, ...what }),
    onPulse: () => supervisor.tell("web", systemStatus({ children: supervisor.statuses })),
    ...options,
  });
  const diary = () => readDiary(path);
  const puppet: Stage["puppet"] = (actorId, puppetAct, overrides) =>
    puppetSpec(actorId, puppetAct, path, overrides);
  const heard = () => {
    const isHeard = () => supervisor.statuses.every(({ gauges }) => gauges["lives"] !== undefined);
    return eventually(isHeard, "all have been heard of");
  };
  try {
    await act({ supervisor, puppet, diary, heard, errands, greetings, ended, lost });
  } finally {
    await supervisor.drain();
    await Deno.remove(dir, { recursive: true });
  }
}

/** A test of what is the same whether each symbol has a worker of its own or all share one. */
export function inBothForms(name: string, act: (stage: Stage) => Promise<void>): void {
  Deno.test(name, () => stage(act));
  const plan = planOf({ perWorker: 16, cores: 1 });
  Deno.test(`${name}: in a shared worker`, () => stage(act, { plan }));
}

/** Who of the puppets shares workers. */
export function planOf(sharing: Sharing | undefined): SharingPlan | undefined {
  return sharing && { sharing, group: "symbol", expected: () => 0 };
}

/** What a test may do and see. */
export interface Stage {
  readonly supervisor: Supervisor;
  readonly puppet: (
    actorId: ActorId,
    act: PuppetArgs["act"],
    overrides?: Partial<ChildSpec>,
  ) => ChildSpec;
  readonly diary: () => string[];
  /** Waits until each puppet has been heard of. */
  readonly heard: () => Promise<void>;
  /** What the puppets wanted of others. */
  readonly errands: {
    readonly actorId: ActorId;
    readonly errand: Errand;
    readonly answer: Answer;
  }[];
  /** What their new lives are told. */
  readonly greetings: Map<ActorId, readonly Control[]>;
  /** Whose lives were over, in order. */
  readonly ended: ActorId[];
  /** What had been in their hands, in order. */
  readonly lost: (Lost & { readonly actorId: ActorId })[];
}

/** Lines of the diary that begin so. */
export function count(lines: readonly string[], start: string): number {
  return lines.filter((line) => line.startsWith(start)).length;
}
