/** Wiring: which actors speak to each other, and over what. */
import type { ActorId } from "../../shared/protocol.ts";
import type { Child } from "./child.ts";

/** Whether this is a symbol's actor. */
export function isSymbolActor(id: ActorId): boolean {
  return id.startsWith("symbol:");
}

/** Every symbol speaks to the writer and to the web. */
export function areLinked(one: ActorId, other: ActorId): boolean {
  const isHub = (id: ActorId) => id === "writer" || id === "web";
  return isHub(one) && isSymbolActor(other) || isSymbolActor(one) && isHub(other);
}

/** Hands both a port of one new channel, so that a message of a dead life has nowhere to arrive. */
export function wire(one: Child, other: Child): void {
  const { port1, port2 } = new MessageChannel();
  one.post({ type: "connect", peer: other.spec.actorId, port: port1 }, [port1]);
  other.post({ type: "connect", peer: one.spec.actorId, port: port2 }, [port2]);
}
