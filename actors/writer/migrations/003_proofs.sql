-- Best bid and ask compared with the exchange's own book ticker: the counters of one life of the actor as
-- they stood at that time, so with another incarnation they begin at 0. Meanings: shared/output.ts.
CREATE TABLE proofs (
  symbol             text NOT NULL,
  incarnation        bigint NOT NULL,
  number             integer NOT NULL,
  time               timestamptz NOT NULL,
  exact_checked      bigint NOT NULL,
  exact_mismatched   bigint NOT NULL,
  carried_checked    bigint NOT NULL,
  carried_mismatched bigint NOT NULL,
  carried_healed     bigint NOT NULL,
  last_exact_at      timestamptz,
  PRIMARY KEY (symbol, incarnation, number)
);
CREATE INDEX proofs_by_time ON proofs (time DESC);
CREATE INDEX proofs_by_symbol ON proofs (symbol, time DESC);
