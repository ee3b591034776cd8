-- The queue imbalance, depths in the quote asset, imbalances and slopes near mid, and what orders would cost; NULL in rows from before.
ALTER TABLE metrics
  ADD COLUMN queue_imbalance         double precision,
  ADD COLUMN bid_notional_10_bps     double precision,
  ADD COLUMN ask_notional_10_bps     double precision,
  ADD COLUMN bid_notional_50_bps     double precision,
  ADD COLUMN ask_notional_50_bps     double precision,
  ADD COLUMN bid_notional_100_bps    double precision,
  ADD COLUMN ask_notional_100_bps    double precision,
  ADD COLUMN band_imbalance_1_bps    real,
  ADD COLUMN band_imbalance_2_bps    real,
  ADD COLUMN band_imbalance_5_bps    real,
  ADD COLUMN band_imbalance_10_bps   real,
  ADD COLUMN bid_slope               real,
  ADD COLUMN ask_slope               real,
  ADD COLUMN bid_slope_exponent      real,
  ADD COLUMN ask_slope_exponent      real,
  ADD COLUMN buy_vwap_10k            double precision,
  ADD COLUMN sell_vwap_10k           double precision,
  ADD COLUMN buy_vwap_100k           double precision,
  ADD COLUMN sell_vwap_100k          double precision,
  ADD COLUMN buy_vwap_1000k          double precision,
  ADD COLUMN sell_vwap_1000k         double precision,
  ADD COLUMN buy_slippage_bps_10k    real,
  ADD COLUMN sell_slippage_bps_10k   real,
  ADD COLUMN buy_slippage_bps_100k   real,
  ADD COLUMN sell_slippage_bps_100k  real,
  ADD COLUMN buy_slippage_bps_1000k  real,
  ADD COLUMN sell_slippage_bps_1000k real,
  ADD COLUMN round_trip_bps_10k      real,
  ADD COLUMN round_trip_bps_100k     real,
  ADD COLUMN round_trip_bps_1000k    real;

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
    NULL::real
  FROM metrics_before JOIN (SELECT * FROM symbols WHERE venue = 'binance_spot') AS spot USING (symbol);
