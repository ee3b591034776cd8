-- Rows that are not stored and never will be: too much waited in memory or on disk, or the database does not take them
-- for what is in them. Time is when that was told. Meanings: shared/output.ts.
CREATE TABLE losses (
  symbol_id   smallint NOT NULL,
  incarnation bigint NOT NULL,
  number      integer NOT NULL,
  time        timestamptz NOT NULL,
  from_time   timestamptz,
  to_time     timestamptz,
  rows        bigint NOT NULL,
  cause       text NOT NULL,
  lost_by     text NOT NULL,
  detail      text,
  PRIMARY KEY (symbol_id, lost_by, incarnation, number)
);
CREATE INDEX losses_by_time ON losses (time DESC);
CREATE INDEX losses_by_symbol ON losses (symbol_id, time DESC);
CREATE VIEW losses_with_market AS
  SELECT venue, symbol, losses.* FROM losses JOIN symbols USING (symbol_id);
