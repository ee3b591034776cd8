-- How soon a book heals, its walls and the micro-price; NULL in rows from before.
ALTER TABLE metrics
  ADD COLUMN resilience_half_life real,
  ADD COLUMN resilience_shocks    smallint,
  ADD COLUMN bid_walls            smallint,
  ADD COLUMN ask_walls            smallint,
  ADD COLUMN bid_pull_rate        real,
  ADD COLUMN ask_pull_rate        real,
  ADD COLUMN micro_price          double precision,
  ADD COLUMN micro_price_hours    real,
  ADD COLUMN micro_price_moves    integer;

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
    NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::real, NULL::smallint, NULL::smallint,
    NULL::smallint, NULL::real, NULL::real, NULL::double precision, NULL::real, NULL::integer
  FROM metrics_before JOIN (SELECT * FROM symbols WHERE venue = 'binance_spot') AS spot USING (symbol);
