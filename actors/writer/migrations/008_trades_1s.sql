-- The trades of each second that had any, by the side that crossed the spread; NULL in all columns of a side that
-- had none. Time is the end of the second. Meanings: shared/output.ts.
CREATE TABLE trades_1s (
  symbol_id   smallint NOT NULL,
  incarnation bigint NOT NULL,
  number      integer NOT NULL,
  time        timestamptz NOT NULL,
  state       text NOT NULL,
  buy_qty     double precision,
  buy_vwap    double precision,
  buy_low     double precision,
  buy_high    double precision,
  buy_count   integer,
  sell_qty    double precision,
  sell_vwap   double precision,
  sell_low    double precision,
  sell_high   double precision,
  sell_count  integer,
  PRIMARY KEY (symbol_id, incarnation, number)
);
CREATE INDEX trades_1s_by_time ON trades_1s (time DESC);
CREATE INDEX trades_1s_by_symbol ON trades_1s (symbol_id, time DESC);
CREATE VIEW trades_1s_with_market AS
  SELECT venue, symbol, trades_1s.* FROM trades_1s JOIN symbols USING (symbol_id);
