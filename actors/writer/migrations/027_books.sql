-- The best levels of each book, once a second while it changes. The price of a bid is (bid_tick - step) / ticks_per_unit, that
-- of an ask (ask_tick + step) / ticks_per_unit, exactly; the best level is the first, and its step 0. No level on a side: NULL.
CREATE TABLE books (
  time           timestamptz NOT NULL,
  incarnation    bigint NOT NULL,
  book_update_id bigint NOT NULL,
  bid_tick       bigint,
  ask_tick       bigint,
  number         integer NOT NULL,
  ticks_per_unit integer NOT NULL,
  symbol_id      smallint NOT NULL,
  bid_steps      integer[],
  bid_qtys       real[],
  ask_steps      integer[],
  ask_qtys       real[],
  PRIMARY KEY (symbol_id, time, incarnation, number)
) PARTITION BY RANGE (time);
CREATE INDEX books_by_time ON books (time DESC);
CREATE VIEW books_with_market AS
  SELECT venue, symbol, books.* FROM books JOIN symbols USING (symbol_id);
