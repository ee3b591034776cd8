/** ListingCheck: asks the exchange about one symbol on behalf of a person. */
import type { SymbolId, SymbolInfo } from "../../shared/market.ts";
import { type Contact, contactExchange } from "./exchange_directory.ts";
import {
  PatientQuestion,
  type PatientQuestionOptions,
  type Refusal,
  refused,
} from "./patient_question.ts";

/** One question at a time. */
export class ListingCheck {
  readonly #question: PatientQuestion;

  constructor(options: PatientQuestionOptions) {
    this.#question = new PatientQuestion(options);
  }

  /** What the exchange says of the symbol, or why there is no answer in time for a person. */
  async ask(symbol: SymbolId): Promise<SymbolInfo | Refusal> {
    const contact = await this.#question.ask((client) => contactExchange(client, [symbol]));
    return contact.kind === "refused" ? contact : verdictOf(symbol, contact);
  }
}

function verdictOf(symbol: SymbolId, contact: Contact): SymbolInfo | Refusal {
  if (contact.kind === "unreachable") return refused("unavailable", contact.reason);
  const [info] = contact.symbols;
  if (info !== undefined) return info;
  return contact.unknown.includes(symbol)
    ? refused(
      "unknown",
      `The exchange does not know ${symbol}: name it as the exchange writes it, e.g. BTCUSDT`,
    )
    : refused(
      "unavailable",
      `The exchange has answered, but not about ${symbol}: try again in a minute`,
    );
}
