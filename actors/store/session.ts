/**
 * The one session of the embedded Postgres: who has it, the line of those who wait, and what must be
 * put right when it goes from one client to another.
 */
import type { MessageGroup } from "./message_group.ts";
import { concatenate, FLUSH, hasError, query, SYNC, WireError } from "./wire.ts";

/** Runs one message group, hands over the answer's bytes, which it may reuse. */
export type RunGroup = (
  group: Uint8Array,
  onBytes: (bytes: Uint8Array) => void,
) => Promise<void>;

/** What one client leaves in the session between its groups. */
export interface Guest {
  /** Begins the name of each of its prepared statements. */
  readonly prefix: string;
  namesStatements: boolean;
  /** Its unnamed statement, which another client's replaces: it is parsed again when it is used. */
  unnamedParse: Uint8Array | null;
}

/** An answer is kept whole until its client has read it. */
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** Passed from client to client. */
export class Session {
  readonly #run: RunGroup;
  readonly #onBroken: (reason: unknown) => void;
  #last: Promise<void> = Promise.resolve();
  #lastGuest: Guest | null = null;
  #broken = false;
  #waiting = 0;
  #groups = 0;

  /** `onBroken` is told once when `run` rejects: nothing can be served any more. */
  constructor(run: RunGroup, onBroken: (reason: unknown) => void) {
    this.#run = run;
    this.#onBroken = onBroken;
  }

  /** Clients in the line. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Groups executed so far. */
  get groups(): number {
    return this.#groups;
  }

  /** Waits in line, first come first served; resolves with the function that gives it back. */
  async acquire(): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    this.#waiting += 1;
    await before;
    this.#waiting -= 1;
    return resolve;
  }

  /**
   * Runs one group; only for the holder. Resolves with the whole answer.
   *
   * @throws {WireError} when the session broke or the answer is too large.
   */
  async execute(guest: Guest, group: MessageGroup): Promise<Uint8Array<ArrayBuffer>> {
    const recalls = group.usesUnnamed && this.#lastGuest !== guest;
    const complaint = recalls ? await this.#recallUnnamed(guest) : null;
    this.#lastGuest = guest;
    guest.unnamedParse = group.unnamedParse ?? guest.unnamedParse;
    guest.namesStatements ||= group.namesStatement;
    const answer = await this.#exchange(group.bytes);
    this.#groups += 1;
    return complaint === null ? answer : concatenate([complaint, answer]);
  }

  /** Leaves the session as if the guest had never been there; only for the holder. Never rejects. */
  async forget(guest: Guest, mayBeInTransaction: boolean): Promise<void> {
    this.#lastGuest = null;
    try {
      // Sync ends what the client left half said, ROLLBACK its transaction; both may be for nothing.
      if (mayBeInTransaction) await this.#exchange(concatenate([SYNC, query("ROLLBACK")]));
      if (guest.namesStatements) await this.#exchange(query(forgetStatements(guest.prefix)));
    } catch (error) {
      // Broken: the next life of the session remembers nobody.
      if (!(error instanceof WireError)) throw error;
    }
  }

  /**
   * Makes the unnamed statement the guest's own again: Postgres keeps it until the next one or the next
   * simple query, which may have been somebody else's. Returns the error that the client must see, if
   * any.
   */
  async #recallUnnamed(guest: Guest): Promise<Uint8Array | null> {
    // An empty query drops the other's statement, so that it is not taken for the guest's.
    const group = guest.unnamedParse === null
      ? query("")
      : concatenate([guest.unnamedParse, FLUSH]);
    const answer = await this.#exchange(group);
    return hasError(answer) ? answer : null;
  }

  async #exchange(group: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    // A broken session must not be entered again: embedded Postgres would never return.
    if (this.#broken) throw stopped();
    const parts: Uint8Array[] = [];
    let length = 0;
    try {
      await this.#run(group, (bytes) => {
        length += bytes.length;
        if (length <= ANSWER_BYTES_MAX) parts.push(bytes.slice());
      });
    } catch (error) {
      this.#broken = true;
      this.#onBroken(error);
      throw stopped();
    }
    if (length > ANSWER_BYTES_MAX) {
      throw new WireError("54000", `answer larger than ${ANSWER_BYTES_MAX} bytes; add a LIMIT`);
    }
    return concatenate(parts);
  }
}

function stopped(): WireError {
  return new WireError("57P02", "the database stopped and will be started again");
}

/** Drops the prepared statements of one connection. */
function forgetStatements(prefix: string): string {
  return `DO $$ DECLARE statement record; BEGIN
    FOR statement IN SELECT name FROM pg_prepared_statements WHERE starts_with(name, '${prefix}')
    LOOP EXECUTE format('DEALLOCATE %I', statement.name); END LOOP;
  END $$`;
}
