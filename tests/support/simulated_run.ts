/** The engine on the simulated market from the beginning of a year, for tests. */
import type { AlertRule } from "../../shared/catalogue/rules.ts";
import { DEFAULT_SETTINGS } from "../../shared/catalogue/settings.ts";
import type { Output } from "../../shared/output.ts";
import { TICK_MS } from "../../actors/symbol/engine/event.ts";
import type { PlantedEvent, PlantedTruth } from "../../scripts/exchange/planted_event.ts";
import { SimulatedLife } from "../../scripts/seed/simulated_life.ts";

/** Update ids count from here. */
export const ID_BASE_MS = Date.UTC(2024, 0, 2);
/** When the market begins, UTC. */
export const MARKET_BEGAN_MS = Date.UTC(2025, 0, 1);

/** What is simulated, and for how long. */
export interface SimulatedRunOptions {
  readonly symbol: string;
  readonly seed: number;
  readonly planted: readonly PlantedEvent[];
  /** While the exchange says nothing: what happens meanwhile nobody hears of. Since the market began. */
  readonly silences?: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly durationMs: number;
  readonly alertRules: readonly AlertRule[];
  readonly notificationsPerHour: number;
  readonly metricsIntervalMs: number;
  readonly onOutput: (output: Output) => void;
}

/** Runs it to its end; what was planted, and when. */
export function runSimulated(
  { durationMs, silences = [], ...options }: SimulatedRunOptions,
): readonly PlantedTruth[] {
  const life = new SimulatedLife({
    ...options,
    startMs: MARKET_BEGAN_MS,
    idBaseMs: ID_BASE_MS,
    stepMs: TICK_MS,
    auditIntervalMs: null,
    settings: DEFAULT_SETTINGS,
    silences: silences.map(({ fromMs, toMs }) => ({
      fromMs: MARKET_BEGAN_MS + fromMs,
      toMs: MARKET_BEGAN_MS + toMs,
    })),
  });
  for (let ms = TICK_MS; ms <= durationMs; ms += TICK_MS) life.step();
  return life.market.planted;
}
