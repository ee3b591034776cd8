-- A market is venue and symbol, and stands in the rows as a short id; each row of metrics names the settings
-- under which it was computed. Rows of before keep what they said: `metrics` is not rewritten, but renamed and
-- read through a view beside the new table; the small tables are copied. Views named `…_with_market` give
-- venue and symbol in words.

CREATE TABLE symbols (
  symbol_id smallint PRIMARY KEY,
  venue     text NOT NULL,
  symbol    text NOT NULL,
  UNIQUE (venue, symbol)
);
-- What concerns no market.
INSERT INTO symbols VALUES (0, 'monitor', 'monitor');

-- Of the big table each symbol is found by the key, without reading the rows between.
WITH RECURSIVE followed AS (
  (SELECT symbol FROM metrics ORDER BY symbol LIMIT 1)
  UNION ALL
  SELECT (SELECT next.symbol FROM metrics AS next WHERE next.symbol > followed.symbol
          ORDER BY next.symbol LIMIT 1)
  FROM followed WHERE followed.symbol IS NOT NULL
)
INSERT INTO symbols (symbol_id, venue, symbol)
SELECT row_number() OVER (ORDER BY symbol), 'binance_spot', symbol
FROM (
  SELECT symbol FROM followed WHERE symbol IS NOT NULL
  UNION SELECT symbol FROM alerts
  UNION SELECT symbol FROM feed_status
  UNION SELECT symbol FROM gaps
  UNION SELECT symbol FROM audits
  UNION SELECT symbol FROM proofs
) AS known;

-- What changes a stored number (shared/catalogue/settings.ts); `since`: when rows were first made so.
CREATE TABLE settings (
  settings_id       smallint PRIMARY KEY,
  definitions       integer NOT NULL,
  imbalance_levels  integer NOT NULL,
  weight_lambda_bps integer NOT NULL,
  slope_window_ms   integer NOT NULL,
  since             timestamptz DEFAULT now(),
  UNIQUE (definitions, imbalance_levels, weight_lambda_bps, slope_window_ms)
);
-- Of the rows from before there were settings: what the program then had built in.
INSERT INTO settings VALUES (0, 0, 10, 5, 5000, NULL);

ALTER TABLE metrics RENAME TO metrics_before;
ALTER INDEX metrics_pkey RENAME TO metrics_before_pkey;
CREATE TABLE metrics (
  symbol_id          smallint NOT NULL,
  settings_id        smallint NOT NULL,
  bucket_ms          integer NOT NULL,
  time               timestamptz NOT NULL,
  book_update_id     bigint,
  event_time         timestamptz,
  best_bid_price     double precision,
  best_bid_qty       double precision,
  best_ask_price     double precision,
  best_ask_qty       double precision,
  mid                double precision,
  weighted_mid       double precision,
  spread             double precision,
  spread_bps         double precision,
  imbalance          double precision,
  weighted_imbalance double precision,
  top_qty            double precision,
  top_share          double precision,
  bid_depth_10_bps   double precision,
  ask_depth_10_bps   double precision,
  bid_depth_50_bps   double precision,
  ask_depth_50_bps   double precision,
  bid_depth_100_bps  double precision,
  ask_depth_100_bps  double precision,
  bid_covered_bps    double precision,
  ask_covered_bps    double precision,
  velocity           double precision,
  state              text NOT NULL,
  PRIMARY KEY (symbol_id, time)
);
CREATE VIEW metrics_with_market AS
  SELECT venue, symbol, metrics.* FROM metrics JOIN symbols USING (symbol_id)
  UNION ALL
  SELECT venue, symbol, symbol_id, 0::smallint, bucket_ms, time, book_update_id, event_time,
    best_bid_price, best_bid_qty, best_ask_price, best_ask_qty, mid, weighted_mid, spread, spread_bps,
    imbalance, weighted_imbalance, top_qty, top_share, bid_depth_10_bps, ask_depth_10_bps,
    bid_depth_50_bps, ask_depth_50_bps, bid_depth_100_bps, ask_depth_100_bps, bid_covered_bps,
    ask_covered_bps, velocity, state
  FROM metrics_before JOIN (SELECT * FROM symbols WHERE venue = 'binance_spot') AS spot USING (symbol);

ALTER TABLE alerts RENAME TO alerts_before;
ALTER INDEX alerts_pkey RENAME TO alerts_before_pkey;
CREATE TABLE alerts (
  symbol_id      smallint NOT NULL,
  alert_id       text PRIMARY KEY,
  revision       integer NOT NULL,
  rule           text NOT NULL,
  phase          text NOT NULL,
  severity       text NOT NULL,
  summary        text NOT NULL,
  started_at     timestamptz NOT NULL,
  fired_at       timestamptz NOT NULL,
  resolved_at    timestamptz,
  time           timestamptz NOT NULL,
  value          double precision,
  threshold      double precision NOT NULL,
  book_update_id bigint,
  mid            double precision
);
INSERT INTO alerts
  SELECT symbol_id, alert_id, revision, rule, phase, severity, summary, started_at, fired_at, resolved_at,
    time, value, threshold, book_update_id, mid
  FROM alerts_before JOIN symbols USING (symbol);
DROP TABLE alerts_before;
-- Each phase in the order of time, as before.
CREATE INDEX alerts_firing_by_time ON alerts (time DESC) WHERE phase = 'firing';
CREATE INDEX alerts_firing_by_symbol ON alerts (symbol_id, time DESC) WHERE phase = 'firing';
CREATE INDEX alerts_over_by_time ON alerts (time DESC) WHERE phase <> 'firing';
CREATE INDEX alerts_over_by_symbol ON alerts (symbol_id, time DESC) WHERE phase <> 'firing';
CREATE VIEW alerts_with_market AS
  SELECT venue, symbol, alerts.* FROM alerts JOIN symbols USING (symbol_id);

ALTER TABLE feed_status RENAME TO feed_status_before;
ALTER INDEX feed_status_pkey RENAME TO feed_status_before_pkey;
CREATE TABLE feed_status (
  symbol_id      smallint NOT NULL,
  incarnation    bigint NOT NULL,
  number         integer NOT NULL,
  time           timestamptz NOT NULL,
  state          text NOT NULL,
  reason         text,
  book_update_id bigint,
  resyncs        integer NOT NULL,
  gaps           integer NOT NULL,
  PRIMARY KEY (symbol_id, incarnation, number)
);
INSERT INTO feed_status
  SELECT symbol_id, incarnation, number, time, state, reason, book_update_id, resyncs, gaps
  FROM feed_status_before JOIN symbols USING (symbol);
DROP TABLE feed_status_before;
CREATE INDEX feed_status_by_time ON feed_status (symbol_id, time DESC);
CREATE VIEW feed_status_with_market AS
  SELECT venue, symbol, feed_status.* FROM feed_status JOIN symbols USING (symbol_id);

ALTER TABLE gaps RENAME TO gaps_before;
ALTER INDEX gaps_pkey RENAME TO gaps_before_pkey;
CREATE TABLE gaps (
  symbol_id   smallint NOT NULL,
  incarnation bigint NOT NULL,
  number      integer NOT NULL,
  time        timestamptz NOT NULL,
  from_id     bigint NOT NULL,
  to_id       bigint NOT NULL,
  duration_ms double precision,
  PRIMARY KEY (symbol_id, incarnation, number)
);
INSERT INTO gaps
  SELECT symbol_id, incarnation, number, time, from_id, to_id, duration_ms
  FROM gaps_before JOIN symbols USING (symbol);
DROP TABLE gaps_before;
CREATE INDEX gaps_by_time ON gaps (time DESC);
CREATE INDEX gaps_by_symbol ON gaps (symbol_id, time DESC);
CREATE VIEW gaps_with_market AS
  SELECT venue, symbol, gaps.* FROM gaps JOIN symbols USING (symbol_id);

ALTER TABLE audits RENAME TO audits_before;
ALTER INDEX audits_pkey RENAME TO audits_before_pkey;
CREATE TABLE audits (
  symbol_id      smallint NOT NULL,
  incarnation    bigint NOT NULL,
  number         integer NOT NULL,
  time           timestamptz NOT NULL,
  book_update_id bigint NOT NULL,
  levels         integer NOT NULL,
  mismatched     integer NOT NULL,
  differences    text[] NOT NULL,
  PRIMARY KEY (symbol_id, incarnation, number)
);
INSERT INTO audits
  SELECT symbol_id, incarnation, number, time, book_update_id, levels, mismatched, differences
  FROM audits_before JOIN symbols USING (symbol);
DROP TABLE audits_before;
CREATE INDEX audits_by_time ON audits (time DESC);
CREATE INDEX audits_by_symbol ON audits (symbol_id, time DESC);
CREATE VIEW audits_with_market AS
  SELECT venue, symbol, audits.* FROM audits JOIN symbols USING (symbol_id);

ALTER TABLE proofs RENAME TO proofs_before;
ALTER INDEX proofs_pkey RENAME TO proofs_before_pkey;
CREATE TABLE proofs (
  symbol_id          smallint NOT NULL,
  incarnation        bigint NOT NULL,
  number             integer NOT NULL,
  time               timestamptz NOT NULL,
  exact_checked      bigint NOT NULL,
  exact_mismatched   bigint NOT NULL,
  carried_checked    bigint NOT NULL,
  carried_mismatched bigint NOT NULL,
  carried_healed     bigint NOT NULL,
  last_exact_at      timestamptz,
  PRIMARY KEY (symbol_id, incarnation, number)
);
INSERT INTO proofs
  SELECT symbol_id, incarnation, number, time, exact_checked, exact_mismatched, carried_checked,
    carried_mismatched, carried_healed, last_exact_at
  FROM proofs_before JOIN symbols USING (symbol);
DROP TABLE proofs_before;
CREATE INDEX proofs_by_time ON proofs (time DESC);
CREATE INDEX proofs_by_symbol ON proofs (symbol_id, time DESC);
CREATE VIEW proofs_with_market AS
  SELECT venue, symbol, proofs.* FROM proofs JOIN symbols USING (symbol_id);
