/**
 * The real writer on a real worker, which dies between a commit and its acknowledgement whenever the
 * test has laid down a mark: the acknowledgement is lost, and so is everything after it.
 */
import "../../shared/no_environment.ts";
import { runActor } from "../../actors/run_actor.ts";
import { createWriter } from "../../actors/writer/actor.ts";
import type { PeerReply, WriterArgs } from "../../shared/protocol.ts";

/** The writer's arguments, and the file whose existence asks for a crash. */
export interface FragileArgs {
  readonly writer: WriterArgs;
  readonly mark: string;
}

let isDead = false;

function mayAcknowledge(mark: string): boolean {
  if (isDead) return false;
  try {
    Deno.removeSync(mark);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
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
  return createWriter({ ...init, args: init.args.writer }, host);
});
