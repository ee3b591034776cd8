/**
 * The one session of the embedded Postgres: whose turn it is, and what must be put right when it goes from
 * one client to another.
 */
import { Line, type Rank } from "./line.ts";
import type { MessageGroup } from "./message_group.ts";
import { concatenate, errorOf, FLUSH, query, statusAfter, SYNC, WireError } from "./wire.ts";

/**
 * Runs one message group, and hands over the answer's bytes, which it may reuse. What still runs after
 * `deadlineMs` is ended with an error, as far as that can be done; `null`: never.
 */
export type RunGroup = (
  group: Uint8Array,
  onBytes: (bytes: Uint8Array) => void,
  deadlineMs: number | null,
) => Promise<void>;

/** What one client leaves in the session between its groups, and how it is treated there. */
export interface Guest {
  /** Begins the name of each of its prepared statements. */
  readonly prefix: string;
  /**
   * It only reads: each of its exchanges, up to ReadyForQuery, is one read-only transaction of its own, which
   * is opened and ended here, so that it never keeps the session while it thinks.
   */
  readonly isReader: boolean;
  /** For each of its groups; `null`: none. */
  readonly deadlineMs: number | null;
  namesStatements: boolean;
  /** Its unnamed statement, which another client's replaces: it is parsed again when it is used. */
  unnamedParse: Uint8Array | null;
}

/** An answer is kept whole until its client has read it. */
export const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

const IDLE = "I".charCodeAt(0);

/** Passed from client to client. */
export class Session {
  readonly #run: RunGroup;
  readonly #onBroken: (reason: unknown) => void;
  readonly #line = new Line();
  #lastGuest: Guest | null = null;
  /** The transaction that was opened for the reader whose turn it is. */
  #isReading = false;
  #isBroken = false;
  #groups = 0;
  #writes = 0;

  /** `onBroken` is told once when `run` rejects: nothing can be served any more. */
  constructor(run: RunGroup, onBroken: (reason: unknown) => void) {
    this.#run = run;
    this.#onBroken = onBroken;
  }

  /** Clients in the line. */
  get waiting(): number {
    return this.#line.length;
  }

  /** Groups executed so far. */
  get groups(): number {
    return this.#groups;
  }

  /** Of these, the groups of those that may write. */
  get writes(): number {
    return this.#writes;
  }

  /** Waits in line; resolves with the function that gives it back. An aborted signal leaves the line. */
  acquire(rank: Rank, signal?: AbortSignal): Promise<() => void> {
    return this.#line.enter(rank, signal);
  }

  /**
   * Runs one group; only for the holder. Resolves with the whole answer.
   *
   * @throws {WireError} when the session broke or the answer is too large.
   */
  async execute(guest: Guest, group: MessageGroup): Promise<Uint8Array<ArrayBuffer>> {
    if (guest.isReader && !this.#isReading) {
      await this.#own("BEGIN READ ONLY");
      this.#isReading = true;
    }
    const recalls = group.usesUnnamed && this.#lastGuest !== guest;
    const complaint = recalls ? await this.#recallUnnamed(guest) : null;
    this.#lastGuest = guest;
    guest.unnamedParse = group.unnamedParse ?? guest.unnamedParse;
    guest.namesStatements ||= group.namesStatement;
    const answer = await this.#exchange(group.bytes, guest.deadlineMs);
    this.#groups += 1;
    if (!guest.isReader) this.#writes += 1;
    if (this.#isReading && statusAfter(answer) !== null) {
      await this.#own("ROLLBACK");
      this.#isReading = false;
      // The last byte is the status of ReadyForQuery: its client knows of no transaction.
      answer[answer.length - 1] = IDLE;
    }
    return complaint === null ? answer : concatenate([complaint, answer]);
  }

  /** Leaves the session as if the guest had never been there; only for the holder. Never rejects. */
  async forget(guest: Guest, mayBeInTransaction: boolean): Promise<void> {
    this.#lastGuest = null;
    this.#isReading = false;
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
   * Runs a statement that the database needs itself, before all who wait and in nobody's transaction.
   * Resolves with what Postgres says against it, if anything.
   *
   * @throws {WireError} when the session broke.
   */
  async maintain(sql: string): Promise<string | null> {
    const release = await this.acquire("upkeep");
    try {
      return errorOf(await this.#own(sql))?.text ?? null;
    } finally {
      release();
    }
  }

  /** A simple query between the guests' groups, after which nobody's unnamed statement is there. */
  #own(sql: string): Promise<Uint8Array<ArrayBuffer>> {
    this.#lastGuest = null;
    return this.#exchange(query(sql));
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
    return errorOf(answer) === null ? null : answer;
  }

  async #exchange(
    group: Uint8Array,
    deadlineMs: number | null = null,
  ): Promise<Uint8Array<ArrayBuffer>> {
    // A broken session must not be entered again: embedded Postgres would never return.
    if (this.#isBroken) throw stopped();
    const parts: Uint8Array[] = [];
    let length = 0;
    try {
      await this.#run(group, (bytes) => {
        length += bytes.length;
        if (length <= ANSWER_BYTES_MAX) parts.push(bytes.slice());
      }, deadlineMs);
    } catch (error) {
      this.#isBroken = true;
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
