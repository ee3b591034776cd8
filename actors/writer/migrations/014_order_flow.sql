-- Order flow at the best prices and on ten levels, and what comes to the levels near mid and goes; NULL in rows from before.
ALTER TABLE metrics
  ADD COLUMN ofi_1s                   real,
  ADD COLUMN ofi_10s                  real,
  ADD COLUMN ofi_60s                  real,
  ADD COLUMN ofi_normalised_1s        real,
  ADD COLUMN ofi_normalised_10s       real,
  ADD COLUMN ofi_normalised_60s       real,
  ADD COLUMN ofi_multi_level_1s       real,
  ADD COLUMN ofi_multi_level_10s      real,
  ADD COLUMN ofi_multi_level_60s      real,
  ADD COLUMN added_notional_10s       real,
  ADD COLUMN cancelled_notional_10s   real,
  ADD COLUMN level_flow_imbalance_10s real;

DROP VIEW metrics_with_market;
CREATE VIEW metrics_with_market AS
  SELECT venue, symbol, metrics.* FROM metrics JOIN symbols USING (symbol_id)
  UNION ALL
  SELECT venue, symbol, symbol_id, 0::smallint, bucket_ms, time, book_update_id, event_time,
    best_bid_price, best_bid_qty, best_ask_price, best_ask_qty, mid, weighted_mid, spread, spread_bps,
    imbalance, weighted_imbalance, top_qty, top_share, bid_depth_10_bps, ask_depth_10_bps,
    bid_depth_50_bps, ask_depth_50_bps, bid_depth_100_bps, ask_depth_100_bps, bid_covered_bps,
    ask_covered_bps, velocity, state, NULL::integer, NULL::double precision, NULL::double precision,
    NULL::double precision, NULL::double precision, NULL::double precision, NULL::double precision,
    NULL::double precision, NULL::double precision, NULL::real, NULL::real, NULL::real, NULL::real,
    NULL::real, NULL::real, NULL::real, NULL::real, NULL::double precision, NULL::double precision,
    NULL::double precision, NULL::double precision, NULL::double precision, NULL::double precision,
    NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real,
    NULL::real, NULL::text, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real,
    NULL::real, NULL::real, NULL::real, NULL::real, NULL::real
  FROM metrics_before JOIN (SELECT * FROM symbols WHERE venue = 'binance_spot') AS spot USING (symbol);
