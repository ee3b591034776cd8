/** Operations: what was asked of the supervisor and is not answered yet. Pure: the actor tells the time. */
import { ROUTES } from "../shared/catalogue/routes.ts";
import type { Operation, OperationResult } from "../shared/protocol.ts";

/** Asked at once; a person asks for one at a time, and a script can wait. */
export const OPERATIONS_MAX = 20;
/** The exchange's budget and the end of a symbol's actor may each take 20 s, and one may wait for another. */
export const ANSWER_MAX_MS = 60_000;

interface Pending {
  readonly resolve: (result: OperationResult) => void;
  readonly askedMs: number;
  readonly type: Operation["type"];
}

/** Where each operation can be seen when it is done. */
const TELLS: Readonly<Record<Operation["type"], string>> = {
  add_symbol: ROUTES.symbols.path,
  remove_symbol: ROUTES.symbols.path,
  list_symbols: ROUTES.exchangeSymbols.path,
  replace_rules: ROUTES.rules.path,
  acknowledge: ROUTES.alerts.path,
  mute: ROUTES.mutes.path,
};

/** Questions by their numbers. */
export class Operations {
  readonly #send: (id: number, operation: Operation) => void;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #hasEnded = false;

  /** `send` posts `operate` to the supervisor. */
  constructor(send: (id: number, operation: Operation) => void) {
    this.#send = send;
  }

  /** Asks; resolves with the answer, or with a refusal when there is none in time. */
  ask(operation: Operation, nowMs: number): Promise<OperationResult> {
    if (this.#hasEnded) return Promise.resolve(unavailable("The monitor is stopping"));
    if (this.#pending.size >= OPERATIONS_MAX) {
      const reason =
        `${OPERATIONS_MAX} changes are under way already: try again when they are done`;
      return Promise.resolve(unavailable(reason));
    }
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<OperationResult>();
    this.#pending.set(id, { resolve, askedMs: nowMs, type: operation.type });
    this.#send(id, operation);
    return promise;
  }

  /** The supervisor's answer; one too late is ignored. */
  answer(id: number, result: OperationResult): void {
    this.#pending.get(id)?.resolve(result);
    this.#pending.delete(id);
  }

  /** Gives up what waits too long. */
  expire(nowMs: number): void {
    for (const [id, { askedMs, type }] of this.#pending) {
      if (nowMs - askedMs < ANSWER_MAX_MS) continue;
      const reason = `The supervisor has not answered: GET ${
        TELLS[type]
      } tells whether it was done`;
      this.answer(id, unavailable(reason));
    }
  }

  /** Nobody will answer any more. */
  end(): void {
    this.#hasEnded = true;
    for (const id of [...this.#pending.keys()]) {
      this.answer(id, unavailable("The monitor is stopping"));
    }
  }
}

function unavailable(reason: string): OperationResult {
  return { kind: "refused", why: "unavailable", reason };
}
