/**
 * The short ids under which markets and settings stand in rows. They are given on demand, in the transaction that
 * first needs them; the writer's lock lets no other do so at the same time.
 */
import type postgres from "postgres";
import type { MetricSettings } from "../../shared/catalogue/settings.ts";
import { type Market, marketText } from "../../shared/market.ts";

/** The ids of a batch of rows. */
export interface RowIds {
  /** @throws {TypeError} of a market or settings that are of no row of the batch. */
  symbolId(market: Market): number;
  /** Likewise. */
  settingsId(settings: MetricSettings): number;
}

/** Of a row, what has an id. */
interface Named {
  readonly item: Market;
  readonly settings: MetricSettings;
}

/** Ids that are known to be in the database. */
export class KnownIds {
  readonly #ids = new Map<string, number>();

  /**
   * The ids that the rows need, made in this transaction where there are none. `keep` remembers them; it is for
   * after the commit, because a transaction that fails takes its ids with it.
   */
  async of(
    tx: postgres.TransactionSql,
    rows: readonly Named[],
  ): Promise<{ readonly ids: RowIds; keep(): void }> {
    const made = new Map<string, number>();
    for (const { item, settings } of rows) {
      const market = marketKey(item);
      if (!this.#ids.has(market) && !made.has(market)) made.set(market, await symbolId(tx, item));
      const key = settingsKey(settings);
      if (!this.#ids.has(key) && !made.has(key)) made.set(key, await settingsId(tx, settings));
    }
    const known = (key: string) => {
      const id = this.#ids.get(key) ?? made.get(key);
      if (id === undefined) {
        throw new TypeError(`Cannot name a row: no id was made, received ${key}`);
      }
      return id;
    };
    return {
      ids: {
        symbolId: (market) => known(marketKey(market)),
        settingsId: (settings) => known(settingsKey(settings)),
      },
      keep: () => {
        for (const [key, id] of made) this.#ids.set(key, id);
      },
    };
  }
}

function marketKey(market: Market): string {
  return `market ${marketText(market)}`;
}

function settingsKey(settings: MetricSettings): string {
  const { definitions, imbalanceLevels, weightLambdaBps, slopeWindowMs } = settings;
  return `settings ${[definitions, imbalanceLevels, weightLambdaBps, slopeWindowMs].join(" ")}`;
}

async function symbolId(tx: postgres.TransactionSql, { venue, symbol }: Market): Promise<number> {
  await tx`
    INSERT INTO symbols (symbol_id, venue, symbol)
    SELECT max(symbol_id) + 1, ${venue}::text, ${symbol}::text FROM symbols
    ON CONFLICT (venue, symbol) DO NOTHING`;
  const [row] = await tx<{ id: number }[]>`
    SELECT symbol_id AS id FROM symbols WHERE venue = ${venue} AND symbol = ${symbol}`;
  return idOf(row);
}

async function settingsId(tx: postgres.TransactionSql, settings: MetricSettings): Promise<number> {
  const { definitions, imbalanceLevels, weightLambdaBps, slopeWindowMs } = settings;
  await tx`
    INSERT INTO settings
      (settings_id, definitions, imbalance_levels, weight_lambda_bps, slope_window_ms)
    SELECT max(settings_id) + 1, ${definitions}::int, ${imbalanceLevels}::int,
      ${weightLambdaBps}::int, ${slopeWindowMs}::int
    FROM settings
    ON CONFLICT (definitions, imbalance_levels, weight_lambda_bps, slope_window_ms) DO NOTHING`;
  const [row] = await tx<{ id: number }[]>`
    SELECT settings_id AS id FROM settings
    WHERE definitions = ${definitions} AND imbalance_levels = ${imbalanceLevels}
      AND weight_lambda_bps = ${weightLambdaBps} AND slope_window_ms = ${slopeWindowMs}`;
  return idOf(row);
}

function idOf(row: { readonly id: number } | undefined): number {
  if (row === undefined) throw new Error("the row that was just made is not there");
  return row.id;
}
