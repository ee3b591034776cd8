-- What families of metrics remember of each symbol, one row each under the first metric of the family: what takes longer
-- to learn than a process may live, and a new process goes on from. Meanings: shared/output.ts.
CREATE TABLE metric_state (
  symbol_id   smallint NOT NULL,
  incarnation bigint NOT NULL,
  number      integer NOT NULL,
  time        timestamptz NOT NULL,
  metric      text NOT NULL,
  memory      text NOT NULL,
  PRIMARY KEY (symbol_id, metric)
);
CREATE VIEW metric_state_with_market AS
  SELECT venue, symbol, metric_state.* FROM metric_state JOIN symbols USING (symbol_id);
