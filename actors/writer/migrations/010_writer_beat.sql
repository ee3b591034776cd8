-- The one row that the writer commits every two seconds: when it did so last. A database that keeps it stores.
CREATE TABLE writer_beat (
  only_row boolean PRIMARY KEY CHECK (only_row),
  time     timestamptz NOT NULL
);
