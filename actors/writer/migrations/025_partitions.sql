-- Rows of each second are cut by days (UTC), so that what is old goes at once. The partitions are made by the writer
-- (actors/writer/partitions.ts): `<table>_p20261129`. What is there already is not rewritten, but renamed and read beside the
-- new tables, which have narrower columns: only prices, ids, sums of a day and times keep eight bytes. Columns stand by
-- their size, so that nothing is lost to alignment.

ALTER TABLE metrics RENAME TO metrics_unpartitioned;
ALTER INDEX metrics_pkey RENAME TO metrics_unpartitioned_pkey;
ALTER VIEW metrics_with_market RENAME TO metrics_with_market_before;
CREATE TABLE metrics (
  time                            timestamptz NOT NULL,
  book_update_id                  bigint,
  event_time                      timestamptz,
  best_bid_price                  double precision,
  best_ask_price                  double precision,
  mid                             double precision,
  weighted_mid                    double precision,
  buy_vwap_10k                    double precision,
  sell_vwap_10k                   double precision,
  buy_vwap_100k                   double precision,
  sell_vwap_100k                  double precision,
  buy_vwap_1000k                  double precision,
  sell_vwap_1000k                 double precision,
  micro_price                     double precision,
  cumulative_volume_delta         double precision,
  cumulative_volume_delta_from_ms double precision,
  bucket_ms                       integer NOT NULL,
  best_bid_qty                    real,
  best_ask_qty                    real,
  spread                          real,
  spread_bps                      real,
  spread_ticks                    integer,
  queue_imbalance                 real,
  imbalance                       real,
  weighted_imbalance              real,
  weighted_imbalance_1_bps        real,
  top_qty                         real,
  top_share                       real,
  bid_depth_10_bps                real,
  ask_depth_10_bps                real,
  bid_depth_50_bps                real,
  ask_depth_50_bps                real,
  bid_depth_100_bps               real,
  ask_depth_100_bps               real,
  bid_notional_10_bps             real,
  ask_notional_10_bps             real,
  bid_notional_50_bps             real,
  ask_notional_50_bps             real,
  bid_notional_100_bps            real,
  ask_notional_100_bps            real,
  bid_covered_bps                 real,
  ask_covered_bps                 real,
  velocity                        real,
  band_imbalance_1_bps            real,
  band_imbalance_2_bps            real,
  band_imbalance_5_bps            real,
  band_imbalance_10_bps           real,
  bid_slope                       real,
  ask_slope                       real,
  bid_slope_exponent              real,
  ask_slope_exponent              real,
  buy_slippage_bps_10k            real,
  sell_slippage_bps_10k           real,
  buy_slippage_bps_100k           real,
  sell_slippage_bps_100k          real,
  buy_slippage_bps_1000k          real,
  sell_slippage_bps_1000k         real,
  round_trip_bps_10k              real,
  round_trip_bps_100k             real,
  round_trip_bps_1000k            real,
  ofi_1s                          real,
  ofi_10s                         real,
  ofi_60s                         real,
  ofi_normalised_1s               real,
  ofi_normalised_10s              real,
  ofi_normalised_60s              real,
  ofi_multi_level_1s              real,
  ofi_multi_level_10s             real,
  ofi_multi_level_60s             real,
  added_notional_10s              real,
  cancelled_notional_10s          real,
  level_flow_imbalance_10s        real,
  resilience_half_life            real,
  bid_pull_rate                   real,
  ask_pull_rate                   real,
  micro_price_hours               real,
  micro_price_moves               integer,
  buy_qty_1s                      real,
  sell_qty_1s                     real,
  signed_notional_1s              real,
  signed_count_1s                 integer,
  trade_count_1s                  integer,
  trade_flow_imbalance_1s         real,
  buy_qty_10s                     real,
  sell_qty_10s                    real,
  signed_notional_10s             real,
  signed_count_10s                integer,
  trade_count_10s                 integer,
  trade_flow_imbalance_10s        real,
  buy_qty_60s                     real,
  sell_qty_60s                    real,
  signed_notional_60s             real,
  signed_count_60s                integer,
  trade_count_60s                 integer,
  trade_flow_imbalance_60s        real,
  realised_vol_60s                real,
  effective_spread_bps            real,
  realised_spread_bps_1s          real,
  realised_spread_bps_5s          real,
  kyle_lambda                     real,
  kyle_r2                         real,
  amihud                          real,
  vpin                            real,
  ids_per_second                  real,
  level_changes_per_second        real,
  ids_per_trade                   real,
  symbol_id                       smallint NOT NULL,
  settings_id                     smallint NOT NULL,
  resilience_shocks               smallint,
  bid_walls                       smallint,
  ask_walls                       smallint,
  state                           text NOT NULL,
  nulls                           text,
  PRIMARY KEY (symbol_id, time)
) PARTITION BY RANGE (time);

CREATE VIEW metrics_with_market AS
  SELECT venue, symbol, metrics.* FROM metrics JOIN symbols USING (symbol_id)
  UNION ALL
  SELECT
    venue, symbol, time, book_update_id, event_time, best_bid_price, best_ask_price, mid, weighted_mid,
    buy_vwap_10k, sell_vwap_10k, buy_vwap_100k, sell_vwap_100k, buy_vwap_1000k, sell_vwap_1000k, micro_price,
    cumulative_volume_delta, cumulative_volume_delta_from_ms, bucket_ms, best_bid_qty::real, best_ask_qty::real,
    spread::real, spread_bps::real, spread_ticks, queue_imbalance::real, imbalance::real, weighted_imbalance::real,
    weighted_imbalance_1_bps::real, top_qty::real, top_share::real, bid_depth_10_bps::real, ask_depth_10_bps::real,
    bid_depth_50_bps::real, ask_depth_50_bps::real, bid_depth_100_bps::real, ask_depth_100_bps::real,
    bid_notional_10_bps::real, ask_notional_10_bps::real, bid_notional_50_bps::real, ask_notional_50_bps::real,
    bid_notional_100_bps::real, ask_notional_100_bps::real, bid_covered_bps::real, ask_covered_bps::real,
    velocity::real, band_imbalance_1_bps, band_imbalance_2_bps, band_imbalance_5_bps, band_imbalance_10_bps,
    bid_slope, ask_slope, bid_slope_exponent, ask_slope_exponent, buy_slippage_bps_10k, sell_slippage_bps_10k,
    buy_slippage_bps_100k, sell_slippage_bps_100k, buy_slippage_bps_1000k, sell_slippage_bps_1000k,
    round_trip_bps_10k, round_trip_bps_100k, round_trip_bps_1000k, ofi_1s, ofi_10s, ofi_60s, ofi_normalised_1s,
    ofi_normalised_10s, ofi_normalised_60s, ofi_multi_level_1s, ofi_multi_level_10s, ofi_multi_level_60s,
    added_notional_10s, cancelled_notional_10s, level_flow_imbalance_10s, resilience_half_life, bid_pull_rate,
    ask_pull_rate, micro_price_hours, micro_price_moves, buy_qty_1s::real, sell_qty_1s::real,
    signed_notional_1s::real, signed_count_1s, trade_count_1s, trade_flow_imbalance_1s, buy_qty_10s::real,
    sell_qty_10s::real, signed_notional_10s::real, signed_count_10s, trade_count_10s, trade_flow_imbalance_10s,
    buy_qty_60s::real, sell_qty_60s::real, signed_notional_60s::real, signed_count_60s, trade_count_60s,
    trade_flow_imbalance_60s, realised_vol_60s, effective_spread_bps, realised_spread_bps_1s,
    realised_spread_bps_5s, kyle_lambda, kyle_r2, amihud, vpin, ids_per_second, level_changes_per_second,
    ids_per_trade, symbol_id, settings_id, resilience_shocks, bid_walls, ask_walls, state, nulls
  FROM metrics_unpartitioned JOIN symbols USING (symbol_id)
  UNION ALL
  SELECT
    venue, symbol, time, book_update_id, event_time, best_bid_price, best_ask_price, mid, weighted_mid,
    NULL::double precision, NULL::double precision, NULL::double precision, NULL::double precision,
    NULL::double precision, NULL::double precision, NULL::double precision, NULL::double precision,
    NULL::double precision, bucket_ms, best_bid_qty::real, best_ask_qty::real, spread::real, spread_bps::real,
    NULL::integer, NULL::real, imbalance::real, weighted_imbalance::real, NULL::real, top_qty::real,
    top_share::real, bid_depth_10_bps::real, ask_depth_10_bps::real, bid_depth_50_bps::real, ask_depth_50_bps::real,
    bid_depth_100_bps::real, ask_depth_100_bps::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real,
    NULL::real, bid_covered_bps::real, ask_covered_bps::real, velocity::real, NULL::real, NULL::real, NULL::real,
    NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real,
    NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real,
    NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real,
    NULL::real, NULL::real, NULL::real, NULL::integer, NULL::real, NULL::real, NULL::real, NULL::integer,
    NULL::integer, NULL::real, NULL::real, NULL::real, NULL::real, NULL::integer, NULL::integer, NULL::real,
    NULL::real, NULL::real, NULL::real, NULL::integer, NULL::integer, NULL::real, NULL::real, NULL::real,
    NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real,
    symbol_id, 0::smallint, NULL::smallint, NULL::smallint, NULL::smallint, state, NULL::text
  FROM metrics_before JOIN (SELECT * FROM symbols WHERE venue = 'binance_spot') AS spot USING (symbol);

ALTER TABLE depth_profiles RENAME TO depth_profiles_unpartitioned;
ALTER INDEX depth_profiles_pkey RENAME TO depth_profiles_unpartitioned_pkey;
ALTER INDEX depth_profiles_by_time RENAME TO depth_profiles_unpartitioned_by_time;
ALTER INDEX depth_profiles_by_symbol RENAME TO depth_profiles_unpartitioned_by_symbol;
ALTER VIEW depth_profiles_with_market RENAME TO depth_profiles_with_market_before;
CREATE TABLE depth_profiles (
  time            timestamptz NOT NULL,
  incarnation     bigint NOT NULL,
  book_update_id  bigint NOT NULL,
  mid             double precision NOT NULL,
  number          integer NOT NULL,
  bucket_bps      real NOT NULL,
  bid_covered_bps real,
  ask_covered_bps real,
  symbol_id       smallint NOT NULL,
  bids            real[] NOT NULL,
  asks            real[] NOT NULL,
  PRIMARY KEY (symbol_id, time, incarnation, number)
) PARTITION BY RANGE (time);
CREATE INDEX depth_profiles_by_time ON depth_profiles (time DESC);
CREATE VIEW depth_profiles_with_market AS
  SELECT venue, symbol, depth_profiles.* FROM depth_profiles JOIN symbols USING (symbol_id)
  UNION ALL
  SELECT
    venue, symbol, time, incarnation, book_update_id, mid, number, bucket_bps, bid_covered_bps, ask_covered_bps,
    symbol_id, bids, asks
  FROM depth_profiles_unpartitioned JOIN symbols USING (symbol_id);

ALTER TABLE trades_1s RENAME TO trades_1s_unpartitioned;
ALTER INDEX trades_1s_pkey RENAME TO trades_1s_unpartitioned_pkey;
ALTER INDEX trades_1s_by_time RENAME TO trades_1s_unpartitioned_by_time;
ALTER INDEX trades_1s_by_symbol RENAME TO trades_1s_unpartitioned_by_symbol;
ALTER VIEW trades_1s_with_market RENAME TO trades_1s_with_market_before;
CREATE TABLE trades_1s (
  time        timestamptz NOT NULL,
  incarnation bigint NOT NULL,
  buy_qty     double precision,
  buy_vwap    double precision,
  buy_low     double precision,
  buy_high    double precision,
  sell_qty    double precision,
  sell_vwap   double precision,
  sell_low    double precision,
  sell_high   double precision,
  number      integer NOT NULL,
  buy_count   integer,
  sell_count  integer,
  symbol_id   smallint NOT NULL,
  state       text NOT NULL,
  PRIMARY KEY (symbol_id, time, incarnation, number)
) PARTITION BY RANGE (time);
CREATE INDEX trades_1s_by_time ON trades_1s (time DESC);
CREATE VIEW trades_1s_with_market AS
  SELECT venue, symbol, trades_1s.* FROM trades_1s JOIN symbols USING (symbol_id)
  UNION ALL
  SELECT
    venue, symbol, time, incarnation, buy_qty, buy_vwap, buy_low, buy_high, sell_qty, sell_vwap, sell_low,
    sell_high, number, buy_count, sell_count, symbol_id, state
  FROM trades_1s_unpartitioned JOIN symbols USING (symbol_id);

-- Whoever might read or write the tables and views of before may do so with those of now.
DO $grants$
DECLARE
  privilege text;
BEGIN
  FOR privilege IN
    SELECT format('GRANT %s ON %I TO %s%s', of.privilege_type, renamed.now,
      CASE WHEN of.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(of.grantee)) END,
      CASE WHEN of.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM (VALUES
        ('metrics_unpartitioned', 'metrics'), ('metrics_with_market_before', 'metrics_with_market'),
        ('depth_profiles_unpartitioned', 'depth_profiles'),
        ('depth_profiles_with_market_before', 'depth_profiles_with_market'),
        ('trades_1s_unpartitioned', 'trades_1s'), ('trades_1s_with_market_before', 'trades_1s_with_market')
      ) AS renamed (was, now)
      JOIN pg_class ON pg_class.oid = renamed.was::regclass
      CROSS JOIN LATERAL aclexplode(pg_class.relacl) AS of
    WHERE of.grantee <> pg_class.relowner
  LOOP
    EXECUTE privilege;
  END LOOP;
END
$grants$;
DROP VIEW metrics_with_market_before;
DROP VIEW depth_profiles_with_market_before;
DROP VIEW trades_1s_with_market_before;

-- From when on a table's rows are kept: written when older ones are dropped, so that none of them is taken again and no
-- roll-up is made from what is not there any more.
CREATE TABLE retention_floor (
  table_name text PRIMARY KEY,
  floor      timestamptz NOT NULL
);
