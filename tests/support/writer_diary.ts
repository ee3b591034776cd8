/** A writer on a real worker that writes what it gets into a file, and remembers nothing. */
import { runActor } from "../../actors/run_actor.ts";
import type { Delivery, PeerReply } from "../../shared/protocol.ts";
import { UNKNOWN_SYMBOL } from "../../shared/symbol_in_store.ts";

/** Where outputs are appended as they come, one JSON object a line. */
export interface WriterDiaryArgs {
  readonly diary: string;
}

runActor<WriterDiaryArgs>(({ args: { diary } }) => ({
  connect: (_peer, port) => {
    port.onmessage = ({ data: { seq, items } }: MessageEvent<Delivery>) => {
      const lines = items.map((item) => `${JSON.stringify(item)}\n`);
      Deno.writeTextFileSync(diary, lines.join(""), { append: true });
      port.postMessage({ type: "ack", seq } satisfies PeerReply);
    };
    port.postMessage({ type: "restore", ...UNKNOWN_SYMBOL } satisfies PeerReply);
  },
  disconnect: () => {},
  drain: () => Promise.resolve(),
  gauges: () => ({}),
}));
