/**
 * A puppet for life-cycle tests: an actor on a real worker that writes what happens to it into a
 * file, and misbehaves as its arguments say.
 */
import { delay } from "@std/async/delay";
import { runActor } from "../../actors/run_actor.ts";
import { Count, Tally } from "../../shared/tally.ts";

/** How a puppet lives. */
export interface PuppetArgs {
  /** Where lines `<actorId> <what>` are appended. */
  readonly diary: string;
  readonly act:
    | "live"
    /** Throws soon after it is ready, in its first life or in every life. */
    | "crash_once"
    | "crash_always"
    /** Throws where nobody can tell whose doing it is, soon after it is ready: in its first life, or in every life. */
    | "strays_once"
    | "strays_always"
    /** Asks for the exchange's best bid and ask, 1 in its first life; throws when there is none. */
    | "probe"
    /** Blocks its event loop for ever, in its first life. */
    | "hang_once"
    /** Blocks it for eight seconds. */
    | "slow_once"
    /** Never becomes ready in its first life. */
    | "never_ready_once"
    | "fatal"
    /** Never answers a drain: with something in hand, or with nothing when it was last heard of. */
    | "ignore_drain"
    | "ignore_drain_empty"
    /** Answers a drain when its time is up. */
    | "drain_to_deadline"
    /** Has everything confirmed, but for one, when it is asked to drain for the second time. */
    | "confirmed_late"
    /** Has sent five more to the first life of `writer` that it was wired to. */
    | "sends_once"
    /** Dies while it is asked to drain. */
    | "crash_in_drain"
    /** Drains only when its peer `writer` has been wired for the second time. */
    | "drain_needs_new_writer";
}

runActor<PuppetArgs>(async (init, host) => {
  const { diary, act } = init.args;
  const isFirst = !Deno.readTextFileSync(diary).includes(`${init.actorId} init `);
  const write = (what: string) =>
    Deno.writeTextFileSync(diary, `${init.actorId} ${what}\n`, { append: true });
  write(
    `init ${init.incarnation} checkpoint=${JSON.stringify(init.checkpoint)} ` +
      `age=${init.checkpointAgeMs}`,
  );
  const lives = Number((init.checkpoint as { lives: number } | null)?.lives ?? 0) + 1;
  if (act === "never_ready_once" && isFirst) await new Promise(() => {});
  if (act === "probe") host.requestBbo(isFirst ? 1 : 2);
  if (act === "crash_always" || act === "crash_once" && isFirst) {
    setTimeout(
      host.guard(() => {
        host.beat();
        throw new Error("the puppet fell");
      }),
      50,
    );
  }
  if (act === "strays_always" || act === "strays_once" && isFirst) {
    setTimeout(() => {
      throw new Error("a puppet strayed");
    }, 300);
  }
  if (act === "hang_once" && isFirst) {
    setTimeout(() => {
      host.beat();
      // Not a loop: it would go on after its worker is terminated, and take a core until the process ends.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    }, 50);
  }
  if (act === "slow_once" && isFirst) {
    setTimeout(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 8_000);
      write("awake");
    }, 50);
  }
  if (act === "fatal") setTimeout(() => host.fatal("PUPPET is wrong: mend it"), 20);
  let wired = 0;
  let onWired = () => {};
  let unacked = act === "live" || act === "ignore_drain_empty" ? 0 : 3;
  // Of which one is an alert; they are of the second from 1,000.
  const own = new Count();
  own.addSpan(2, 1_000, 2_000);
  own.alerts = 1;
  const sent = new Count();
  if (unacked > 0) new Tally(init.tally).write(own, sent, 0, 0);
  let drains = 0;
  let midTimer: ReturnType<typeof setInterval> | undefined;
  const ports: MessagePort[] = [];
  return {
    connect: (peer, port, incarnation) => {
      wired += 1;
      if (act === "sends_once" && sent.rows === 0 && peer === "writer") {
        sent.addSpan(5, 3_000, 4_000);
        new Tally(init.tally).write(own, sent, incarnation, 9);
      }
      write(`connect ${peer}`);
      ports.push(port);
      port.onmessage = ({ data }) => write(`hears ${data}`);
      port.postMessage(`${init.actorId}#${lives}`);
      onWired();
    },
    disconnect: (peer, lastSeq) => write(`disconnect ${peer}${lastSeq > 0 ? ` #${lastSeq}` : ""}`),
    control: (message) => {
      if (message.type === "source") write(`source ${message.source.label}`);
      if (message.type === "ending") write("ending");
      if (message.type === "quote_rate") write(`quote_rate ${message.dollars}`);
      if (message.type === "tell_mid") {
        write(`tell_mid ${message.isWanted}`);
        clearInterval(midTimer);
        if (message.isWanted) midTimer = setInterval(() => host.tellMid(5), 20);
      }
      if (message.type === "bbo_probed") write(`bbo_probed ${message.probe}`);
      if (message.type === "probe_failed") throw new Error("the puppet fell");
      if (message.type === "system") {
        write(`system ${message.children.map((c) => `${c.actorId}=${c.state}`).join(",")}`);
      }
    },
    drain: async (deadlineMs) => {
      write("drain");
      drains += 1;
      if (act === "drain_to_deadline") await delay(deadlineMs - Date.now());
      if (act === "confirmed_late" && drains === 2) unacked = 1;
      if (act.startsWith("ignore_drain")) await new Promise(() => {});
      if (act === "crash_in_drain") throw new Error("the puppet fell in its drain");
      if (act === "drain_needs_new_writer" && wired < 2) {
        await new Promise<void>((resolve) => onWired = () => wired >= 2 && resolve());
      }
      write("drained");
    },
    end: () => {
      // At the end of all a test may have removed the diary.
      try {
        write("end");
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
      clearInterval(midTimer);
      for (const port of ports) port.close();
    },
    gauges: () => ({ lives }),
    leftovers: () => ({ unacked, kept: init.actorId === "writer" ? 7 : null }),
    checkpoint: () => ({ lives }),
  };
});
