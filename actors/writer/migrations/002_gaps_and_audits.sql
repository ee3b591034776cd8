-- What shows how far a feed could be trusted: updates that were missed, and books that were compared
-- with a snapshot, level by level. Meanings: shared/output.ts.

-- Updates that were missed, written when the book is live again; time is when the gap was noticed.
CREATE TABLE gaps (
  symbol      text NOT NULL,
  incarnation bigint NOT NULL,
  number      integer NOT NULL,
  time        timestamptz NOT NULL,
  from_id     bigint NOT NULL,
  to_id       bigint NOT NULL,
  duration_ms double precision NOT NULL,
  PRIMARY KEY (symbol, incarnation, number)
);
CREATE INDEX gaps_by_time ON gaps (time DESC);
CREATE INDEX gaps_by_symbol ON gaps (symbol, time DESC);

-- Level audits, the failed ones with their first differences; an empty list: the books were equal.
CREATE TABLE audits (
  symbol         text NOT NULL,
  incarnation    bigint NOT NULL,
  number         integer NOT NULL,
  time           timestamptz NOT NULL,
  book_update_id bigint NOT NULL,
  levels         integer NOT NULL,
  mismatched     integer NOT NULL,
  differences    text[] NOT NULL,
  PRIMARY KEY (symbol, incarnation, number)
);
CREATE INDEX audits_by_time ON audits (time DESC);
CREATE INDEX audits_by_symbol ON audits (symbol, time DESC);
