/**
 * Monitor: the supervisor, the exchange desk and the list of symbols, none of which knows the others, wired
 * to each other; and the system's status, which is made of all three.
 */
import { rulesOf, type RulesOperation } from "../shared/alert_rules/rule_book.ts";
import { assertNever } from "../shared/assert_never.ts";
import { utcNowMs } from "../shared/clock.ts";
import { log, type LogLevel } from "../shared/log.ts";
import { lossText, type LostInHand } from "../shared/losses.ts";
import {
  marketOf,
  MONITOR,
  type Source,
  type SymbolId,
  type SymbolInfo,
} from "../shared/market.ts";
import {
  type ActorId,
  actorOf,
  type ChildStatus,
  type Control,
  type Errand,
  type Operation,
  type OperationResult,
  type StoresStatus,
  symbolOf,
  type SystemStatus,
} from "../shared/protocol.ts";
import { exactly, sumOf } from "../shared/unacked.ts";
import { QuoteRates, type ToldRate } from "./quote_rates/quote_rates.ts";
import type { AlertRules } from "./alert_rules/alert_rules.ts";
import { Bequests } from "./bequests.ts";
import { TREE } from "./children.ts";
import type { SymbolStanding } from "./exchange_desk/cold_start.ts";
import { ExchangeDesk } from "./exchange_desk/exchange_desk.ts";
import { FollowedSymbols } from "./followed_symbols/followed_symbols.ts";
import { People } from "./people/people.ts";
import type { Incarnations } from "./supervisor/incarnations.ts";
import type { Answer, ChildSpec } from "./supervisor/child.ts";
import type { Sharing } from "./supervisor/sharing.ts";
import { type Ending, type Lost, Supervisor } from "./supervisor/supervisor.ts";
import type { VenueDesk } from "./venue/venue.ts";

const WHO = "monitor";

/** What a monitor is told once. */
export interface MonitorOptions {
  readonly logLevel: LogLevel;
  /** What must be in nothing that is said; absent: nothing is secret. */
  readonly secrets?: readonly string[];
  readonly venue: VenueDesk;
  /** Base URLs of the venue, the preferred one first. */
  readonly restUrls: readonly string[];
  /** What to start with. */
  readonly symbols: readonly SymbolId[];
  readonly symbolChild: (info: SymbolInfo) => ChildSpec;
  /** Which symbols share a worker; absent: each has its own. */
  readonly sharing?: Sharing | undefined;
  /** Keeps a changed list for the next start. */
  readonly saveSymbols: (symbols: readonly SymbolId[]) => Promise<void>;
  /** The dashboard listens, at this address. */
  readonly onListening: (address: string) => void;
  /** The numbers of lives; absent: those of this process alone. */
  readonly incarnations?: Incarnations | undefined;
  /** The alert rules; absent: actors know theirs from elsewhere. */
  readonly rules?: Pick<AlertRules, "inForce" | "replace">;
  /** The proxy on the way to a URL. */
  readonly proxyOf?: (url: string) => string | null;
  /** Between two questions about all symbols, for tests. */
  readonly watchIntervalMs?: number | undefined;
}

/** One process's parts. It ends with its supervisor. */
export class Monitor {
  readonly supervisor: Supervisor;
  readonly desk: ExchangeDesk;
  readonly symbols: FollowedSymbols;
  readonly people: People;
  readonly #rates = new QuoteRates();
  /** Resolves when every actor has ended. */
  readonly ended: Promise<Ending>;
  readonly #startedMs = utcNowMs();
  readonly #rules: MonitorOptions["rules"];
  #source: Source | null = null;
  #stores: StoresStatus | null = null;
  /** As the page shows it, and as the budget serves it. */
  #order: readonly SymbolId[];
  readonly #bequests = new Bequests();
  /** Symbols on the list that have no actor yet, or never will. */
  readonly #planned = new Map<SymbolId, ChildStatus>();

  constructor(options: MonitorOptions) {
    const { logLevel, venue, restUrls, symbols, sharing, watchIntervalMs } = options;
    this.#order = symbols;
    this.#rules = options.rules;
    for (const symbol of symbols) this.#plan(symbol, "waiting", null);
    const supervisor = new Supervisor({
      logLevel,
      secrets: options.secrets,
      tree: TREE,
      plan: sharing && { sharing, group: "symbol", expected: () => this.#order.length },
      incarnations: options.incarnations,
      greeting: (actorId) => this.#greeting(actorId),
      onErrand: (actorId, errand, answer) => this.#take(actorId, errand, answer),
      onReady: (actorId, address) => {
        if (actorId === "web" && address !== null) options.onListening(address);
      },
      onEnded: (actorId) => {
        if (actorId === "writer") {
          this.#stores = null;
          this.#bequests.heirDied();
        }
        const symbol = symbolOf(actorId);
        if (symbol === null) return;
        this.desk.ended(symbol);
        this.#tellRates(this.#rates.ended(symbol));
        this.people.ended(symbol);
      },
      onLost: (actorId, lost) => this.#lose(actorId, lost),
      onPulse: () => {
        this.desk.look(() => this.#standings());
        this.#tellSystem();
      },
    });
    this.supervisor = supervisor;
    this.people = new People({
      tell: (symbol, message) => supervisor.tell(actorOf(symbol), message),
      tellAll: (message) => supervisor.tellGroup("symbol", message),
      tellWeb: (message) => void supervisor.tell("web", message),
      follows: (symbol) => this.#order.includes(symbol),
    });
    this.desk = new ExchangeDesk({
      venue,
      restUrls,
      symbols,
      watchIntervalMs,
      proxyOf: options.proxyOf,
      outlet: {
        tell: (symbol, news) => supervisor.tell(actorOf(symbol), news),
        tellAll: (news) => supervisor.tellGroup("symbol", news),
        onListed: (info) => this.symbols.listed(info),
        onChange: () => this.#tellSystem(),
      },
    });
    this.symbols = new FollowedSymbols({
      symbols,
      desk: this.desk,
      save: options.saveSymbols,
      host: {
        start: (info, delayMs) => {
          this.#planned.delete(info.symbol);
          this.#tellRates(this.#rates.follow(info));
          supervisor.start(options.symbolChild(info), delayMs);
        },
        remove: (symbol, deadlineMs) => {
          this.#planned.delete(symbol);
          supervisor.tell(actorOf(symbol), { type: "removed" });
          this.#tellRates(this.#rates.leave(symbol));
          return supervisor.remove(actorOf(symbol), deadlineMs);
        },
        explain: (symbol, reason) => this.#plan(symbol, "failed", reason),
        setSource: (source) => {
          this.#source = source;
          supervisor.tell("writer", { type: "source", source });
        },
        setSymbols: (changed) => {
          this.#order = changed;
          this.desk.setOrder(changed);
          this.#tellSystem();
        },
        fail: (reason) => supervisor.fail(reason),
      },
    });
    this.ended = supervisor.ended.then((ending) => {
      this.symbols.stop();
      this.desk.stop();
      return this.#ending(ending);
    });
  }

  /** Starts these children at once, and the symbols' when the exchange has answered. */
  start(children: readonly ChildSpec[]): void {
    for (const spec of children) this.supervisor.start(spec);
    void this.symbols.start();
  }

  /** The whole system as it is now. */
  get status(): SystemStatus {
    return {
      type: "system",
      timeMs: utcNowMs(),
      startedMs: this.#startedMs,
      source: this.#source,
      ...this.desk.status,
      stores: this.#stores,
      symbols: this.#order,
      children: [...this.supervisor.statuses, ...this.#planned.values()],
    };
  }

  /** The alert rules have changed, or what is known of their file. A symbol that is not alive learns it by its arguments. */
  tellRules(): void {
    const inForce = this.#rules?.inForce;
    if (inForce === undefined) return;
    for (const symbol of this.#order) {
      this.supervisor.tell(actorOf(symbol), {
        type: "rules",
        rules: rulesOf(inForce.book, symbol),
      });
    }
    this.supervisor.tell("web", { type: "rules_in_force", inForce });
  }

  /** Who of the list may still have a first book, and who has. */
  #standings(): SymbolStanding[] {
    const children = new Map(this.supervisor.statuses.map((child) => [child.actorId, child]));
    return this.#order.map((symbol) => {
      const child = children.get(actorOf(symbol)) ?? this.#planned.get(symbol);
      const { state = "failed", gauges = {} } = child ?? {};
      const isOut = state === "failed" || state === "quarantined";
      const stands = isOut ? "out" : state === "running" ? "running" : "coming";
      return { symbol, stands, hasBook: (gauges["snapshots"] ?? 0) > 0 };
    });
  }

  #greeting(actorId: ActorId): readonly Control[] {
    if (actorId === "web") {
      const inForce = this.#rules?.inForce;
      const rules = inForce === undefined ? [] : [{ type: "rules_in_force", inForce } as const];
      return [this.status, ...rules, ...this.people.greeting];
    }
    if (actorId === "writer") {
      const lost: LostInHand[] = [];
      this.#bequests.tell((each) => lost.push(each) > 0);
      // It writes nothing before it knows what the data is.
      return this.#source === null ? lost : [{ type: "source", source: this.#source }, ...lost];
    }
    const symbol = symbolOf(actorId);
    return symbol === null ? [] : [...this.desk.greeting(symbol), ...this.#rates.greeting(symbol)];
  }

  #take(actorId: ActorId, errand: Errand, answer: Answer): void {
    switch (errand.type) {
      case "stores":
        this.#stores = errand.stores;
        return this.#tellSystem();
      case "losses":
        this.supervisor.tell("web", errand);
        return;
      case "mid": {
        const symbol = symbolOf(actorId);
        if (symbol !== null) this.#tellRates(this.#rates.heard(symbol, errand.mid));
        return;
      }
      case "lost_noted":
        return this.#bequests.noted(errand.id);
      case "inherited":
        return this.#bequests.inherited(errand);
      case "operate": {
        const { id, operation } = errand;
        void this.#operate(operation).then((result) => answer({ type: "operated", id, result }));
        return;
      }
      case "acknowledged":
        return this.people.acknowledged(errand.id, errand.alert);
      case "permit_request":
      case "permit_cancel":
      case "exchange_feedback":
      case "bbo_request": {
        const symbol = symbolOf(actorId);
        if (symbol !== null) return this.desk.take(symbol, errand, answer);
        throw new TypeError(`Cannot take ${errand.type}: only symbols ask, received ${actorId}`);
      }
      default:
        return assertNever(errand, "take an errand");
    }
  }

  /** Carries out what a person asks for; it never rejects. */
  async #operate(operation: Operation): Promise<OperationResult> {
    switch (operation.type) {
      case "replace_rules":
        return await this.#replaceRules(operation);
      case "mute": {
        const { symbol, rule, untilMs, removedMs } = operation.mute;
        const what = `${rule ?? "every rule"} of ${
          symbol === MONITOR.symbol ? "every symbol" : symbol
        }`;
        const until = removedMs === null
          ? `muted until ${new Date(untilMs).toISOString()}`
          : "heard again";
        const result = this.people.mute(operation.mute, utcNowMs());
        if (result.kind === "muted") log("info", WHO, `alerts: ${what}: ${until}`);
        return result;
      }
      case "acknowledge":
        return await this.people.acknowledge(operation);
      case "list_symbols":
        return await this.desk.list();
      case "add_symbol":
      case "remove_symbol":
        return await this.symbols.operate(operation);
      default:
        return assertNever(operation, "carry out an operation");
    }
  }

  async #replaceRules({ text, ifMatch }: RulesOperation): Promise<OperationResult> {
    if (this.#rules === undefined) {
      return { kind: "refused", why: "unavailable", reason: "This monitor has no file of rules" };
    }
    const result = await this.#rules.replace(text, ifMatch);
    if (result.kind === "replaced") {
      log(
        "info",
        WHO,
        `alert rules: ${this.#rules.inForce.file.path} was replaced by a request`,
      );
      this.tellRules();
    }
    return result;
  }

  /** Whoever has lost rows cannot say so any more, and the writer tells of losses. */
  #lose(actorId: ActorId, { rows, alerts, left, crash, incarnation }: Lost): void {
    const symbol = symbolOf(actorId);
    if (symbol === null) return;
    this.#bequests.leave(incarnation, { ...left, symbol, crash });
    this.#bequests.lose({ rows, alerts, symbol, crash });
    this.#bequests.tell((lost) => this.supervisor.tell("writer", lost));
  }

  /** What was lost and is in nobody's hands any more counts as what its own actor had. */
  #ending(ending: Ending): Ending {
    const { rest } = this.#bequests;
    for (const { symbol, span, rows, cause, detail } of rest) {
      const { fromMs = null, toMs = null } = span ?? {};
      const loss = { ...marketOf(symbol), timeMs: utcNowMs(), fromMs, toMs, rows, cause, detail };
      log("warn", WHO, lossText(loss));
    }
    const rows = rest.reduce((sum, lost) => sum + lost.rows, 0);
    return { ...ending, unacked: sumOf([ending.unacked, exactly(rows)]) };
  }

  #plan(symbol: SymbolId, state: "waiting" | "failed", reason: string | null): void {
    const actorId = actorOf(symbol);
    const status = { actorId, state, reason, incarnation: 0, restarts: 0, gauges: {} };
    this.#planned.set(symbol, status);
  }

  #tellRates(told: readonly ToldRate[]): void {
    for (const { symbol, news } of told) this.supervisor.tell(actorOf(symbol), news);
  }

  #tellSystem(): void {
    this.supervisor.tell("web", this.status);
  }
}
