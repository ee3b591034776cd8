-- What the micro-price of each symbol had learnt at the end of each hour: by state of the best queues, how far from mid it
-- is, and how often the state was there. Meanings: shared/output.ts.
CREATE TABLE micro_prices (
  symbol_id   smallint NOT NULL,
  incarnation bigint NOT NULL,
  number      integer NOT NULL,
  time        timestamptz NOT NULL,
  tick_size   double precision NOT NULL,
  counted_ms  double precision NOT NULL,
  moves       integer NOT NULL,
  shifts_bps  real[] NOT NULL,
  visits      real[] NOT NULL,
  PRIMARY KEY (symbol_id, incarnation, number)
);
CREATE VIEW micro_prices_with_market AS
  SELECT venue, symbol, micro_prices.* FROM micro_prices JOIN symbols USING (symbol_id);
