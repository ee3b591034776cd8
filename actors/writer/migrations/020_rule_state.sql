-- How each alert rule of each symbol stands, one row each: its phase, how long it rests after an episode, and what it has
-- learnt, which a new process goes on from. Meanings: shared/output.ts.
CREATE TABLE rule_state (
  symbol_id      smallint NOT NULL,
  incarnation    bigint NOT NULL,
  number         integer NOT NULL,
  time           timestamptz NOT NULL,
  rule           text NOT NULL,
  version        integer NOT NULL,
  phase          text NOT NULL,
  level          integer NOT NULL,
  samples        integer NOT NULL,
  samples_needed integer NOT NULL,
  memory         text NOT NULL,
  PRIMARY KEY (symbol_id, rule)
);
CREATE VIEW rule_state_with_market AS
  SELECT venue, symbol, rule_state.* FROM rule_state JOIN symbols USING (symbol_id);
