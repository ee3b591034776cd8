/** PermitDesk: who wants to call the exchange waits here for the budget that all monitors share. */
import type { Agenda } from "./agenda.ts";
import type { Budget, BudgetAnswer, BudgetRequest } from "./budget.ts";

/** How often the budget is asked: a supervisor has timers, the world has none to take back. */
const ASK_MS = 50;

/** To be called with what came of a permitted call. */
export type TellAnswer = (answer: BudgetAnswer) => void;

/** The supervisor's part. */
export class PermitDesk {
  readonly #budget: Budget;
  readonly #agenda: Agenda;
  readonly #uses = new Map<number, (tell: TellAnswer) => void>();
  #id = 0;

  constructor(budget: Budget, agenda: Agenda) {
    this.#budget = budget;
    this.#agenda = agenda;
    this.#grant();
  }

  /** Calls `use` as soon as the budget allows, unless what it answers with is called before. */
  ask(
    symbol: number,
    kind: BudgetRequest["kind"],
    weight: number,
    priority: BudgetRequest["priority"],
    use: (tell: TellAnswer) => void,
  ): () => void {
    this.#id += 1;
    const id = this.#id;
    const request = { owner: `symbol ${symbol}`, id, rank: symbol, kind, weight, priority };
    if (this.#budget.request(request, this.#agenda.nowMs)) this.#uses.set(id, use);
    return () => {
      if (this.#uses.delete(id)) this.#budget.cancel(request.owner, id);
    };
  }

  #grant(): void {
    const { nowMs } = this.#agenda;
    if (this.#uses.size > 0) {
      for (const { owner, id } of this.#budget.grants(nowMs)) {
        const use = this.#uses.get(id);
        this.#uses.delete(id);
        use?.((answer) => this.#budget.feedback(owner, id, answer, this.#agenda.nowMs));
      }
    }
    this.#agenda.after(ASK_MS, () => this.#grant());
  }
}
