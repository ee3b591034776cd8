/**
 * The real writer on a real worker, which dies between a commit and its acknowledgement whenever the
 * test has laid down a mark: the acknowledgement is lost, and so is everything after it. By another mark it dies at once.
 */
import "../../shared/no_environment.ts";
import { runActor } from "../../actors/run_actor.ts";
import { createWriter } from "../../actors/writer/actor.ts";
import type { PeerReply, WriterArgs } from "../../shared/protocol.ts";

/** The writer's arguments, and the file whose existence asks for a crash. */
export interface FragileArgs {
  readonly writer: WriterArgs;
  readonly mark: string;
  /** Of a crash at once; absent: none is asked for. */
  readonly markNow?: string;
}

const POLL_MS = 10;
let isDead = false;

/** Whether it was there. */
function take(mark: string): boolean {
  try {
    Deno.removeSync(mark);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function mayAcknowledge(mark: string): boolean {
  if (isDead) return false;
  if (!take(mark)) return true;
  isDead = true;
  setTimeout(() => {
    throw new Error("died between commit and acknowledgement");
  });
  return false;
}

runActor<FragileArgs>((init, host) => {
  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (this: MessagePort, message: PeerReply) {
    if (message.type !== "ack" || mayAcknowledge(init.args.mark)) post.call(this, message);
  };
  const { markNow } = init.args;
  if (markNow !== undefined) {
    setInterval(() => {
      if (take(markNow)) throw new Error("died because the test wanted it");
    }, POLL_MS);
  }
  return createWriter({ ...init, args: init.args.writer }, host);
});
