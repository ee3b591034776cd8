/**
 * The real symbol actor on a real worker, which dies of a frame that names the symbol `DEADLY`: an exchange sends one where
 * its faults say so (`wrong_symbol`). As one file it stands in the place of the actor's own (SYMBOL_WORKER).
 */
import "../../actors/symbol/worker.ts";
import { DEADLY } from "./deadly.ts";

// The actor opens its sockets later, and takes what this name means then.
globalThis.WebSocket = class extends WebSocket {
  constructor(...given: ConstructorParameters<typeof WebSocket>) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      if (String(data).includes(DEADLY)) throw new Error("died because the test wanted it");
    });
  }
};
