-- How much rests at which distance from mid, once a second: quantities in buckets of bucket_bps, the nearest first.
CREATE TABLE depth_profiles (
  symbol_id       smallint NOT NULL,
  incarnation     bigint NOT NULL,
  number          integer NOT NULL,
  time            timestamptz NOT NULL,
  book_update_id  bigint NOT NULL,
  mid             double precision NOT NULL,
  bucket_bps      real NOT NULL,
  bids            real[] NOT NULL,
  asks            real[] NOT NULL,
  bid_covered_bps real,
  ask_covered_bps real,
  PRIMARY KEY (symbol_id, incarnation, number)
);
CREATE INDEX depth_profiles_by_time ON depth_profiles (time DESC);
CREATE INDEX depth_profiles_by_symbol ON depth_profiles (symbol_id, time DESC);
CREATE VIEW depth_profiles_with_market AS
  SELECT venue, symbol, depth_profiles.* FROM depth_profiles JOIN symbols USING (symbol_id);
