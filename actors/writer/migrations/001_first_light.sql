-- The tables that the writer fills. Times are the exchange's or the monitor's UTC clock, prices are in
-- the quote asset, quantities in the base asset, bps = 1/10,000; meanings: shared/output.ts.
-- What is not known is NULL, never 0.

-- Whose rows these are: an exchange's or a simulation's. One row for ever, so that they never mix.
CREATE TABLE store_identity (
  only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  kind       text NOT NULL CHECK (kind IN ('exchange', 'simulation')),
  label      text NOT NULL,
  since      timestamptz NOT NULL DEFAULT now()
);

-- One row for every interval of every symbol; time is the interval's end.
CREATE TABLE metrics (
  symbol             text NOT NULL,
  time               timestamptz NOT NULL,
  bucket_ms          integer NOT NULL,
  state              text NOT NULL,
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
  PRIMARY KEY (symbol, time)
);

-- The newest revision of every alert episode.
CREATE TABLE alerts (
  alert_id       text PRIMARY KEY,
  revision       integer NOT NULL,
  symbol         text NOT NULL,
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
CREATE INDEX alerts_by_time ON alerts (time DESC);
CREATE INDEX alerts_by_symbol ON alerts (symbol, time DESC);
CREATE INDEX alerts_firing ON alerts (symbol) WHERE phase = 'firing';

-- Every change in what a feed can be trusted for.
CREATE TABLE feed_status (
  symbol         text NOT NULL,
  incarnation    bigint NOT NULL,
  number         integer NOT NULL,
  time           timestamptz NOT NULL,
  state          text NOT NULL,
  reason         text,
  book_update_id bigint,
  resyncs        integer NOT NULL,
  gaps           integer NOT NULL,
  PRIMARY KEY (symbol, incarnation, number)
);
CREATE INDEX feed_status_by_time ON feed_status (symbol, time DESC);
