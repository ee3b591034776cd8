/**
 * SharedRateLimiter: the exchange desk's part: one budget for all monitors, first books before all else at the
 * start, and word of a ban to each.
 */
import { ColdStart } from "../../actors/exchange_desk/cold_start.ts";
import { ExchangeBudget } from "../../actors/exchange_desk/exchange_budget.ts";
import type { Ban } from "../../actors/exchange_desk/rest_ban.ts";
import { LIMITS } from "../../actors/venue/binance_spot/request_weight.ts";
import type { TellAnswer } from "../../shared/exchange_answer.ts";
import type { PermitRequest } from "../../shared/request_budget.ts";
import type { Agenda } from "./agenda.ts";

/** How often the budget is asked: a desk has timers, the world has none to take back. */
const ASK_MS = 50;
/** And how often it is looked who has had a book. */
const LOOK_MS = 1_000;

/** Word of a ban: for how long from now, and its status; `null`: it is over. */
export type BanListener = (bannedForMs: number | null, reason: string | null) => void;

/** Who wants to call the exchange waits here. */
export class SharedRateLimiter {
  readonly #budget: ExchangeBudget;
  readonly #agenda: Agenda;
  readonly #onBan: BanListener;
  readonly #hasBook: () => readonly boolean[];
  readonly #uses = new Map<number, (tell: TellAnswer) => void>();
  readonly #start = new ColdStart();
  #told: Ban | null = null;
  #id = 0;

  /** `random` in [0, 1) is the budget's. */
  constructor(
    agenda: Agenda,
    random: () => number,
    onBan: BanListener,
    hasBook: () => readonly boolean[],
  ) {
    this.#budget = new ExchangeBudget(LIMITS, random);
    this.#agenda = agenda;
    this.#onBan = onBan;
    this.#hasBook = hasBook;
    this.#look();
    this.#turn();
  }

  /** Calls `use` as soon as the budget allows, unless what it answers with is called before. */
  ask(symbol: number, request: PermitRequest, use: (tell: TellAnswer) => void): () => void {
    this.#id += 1;
    const id = this.#id;
    const owner = ownerOf(symbol);
    if (this.#budget.request({ ...request, owner, id, rank: symbol }, this.#agenda.nowMs)) {
      this.#uses.set(id, use);
    }
    return () => {
      if (this.#uses.delete(id)) this.#budget.cancel(owner, id);
    };
  }

  #look(): void {
    const { nowMs } = this.#agenda;
    const standings = this.#hasBook().map((hasBook, symbol) => (
      { symbol: ownerOf(symbol), stands: "running", hasBook } as const
    ));
    this.#start.look(standings, (owner) => this.#budget.isHeldUp(owner, nowMs), nowMs);
    this.#budget.setStarting(!this.#start.isOver);
    if (!this.#start.isOver) this.#agenda.after(LOOK_MS, () => this.#look());
  }

  #turn(): void {
    const { nowMs } = this.#agenda;
    const ban = this.#budget.ban(nowMs);
    if (ban !== this.#told) {
      this.#told = ban;
      if (ban === null) this.#onBan(null, null);
      else this.#onBan(ban.untilMs - nowMs, `HTTP ${ban.status}`);
    }
    if (this.#uses.size > 0) {
      for (const { owner, id } of this.#budget.grants(nowMs)) {
        const use = this.#uses.get(id);
        this.#uses.delete(id);
        use?.((answer) => this.#budget.feedback(owner, id, answer, this.#agenda.nowMs));
      }
    }
    this.#agenda.after(ASK_MS, () => this.#turn());
  }
}

function ownerOf(symbol: number): string {
  return `symbol ${symbol}`;
}
