-- Who writes here by way of a pooler, which keeps no session and so no lock of one: until when, unless it is renewed.
CREATE TABLE writer_lease (
  only_row boolean PRIMARY KEY CHECK (only_row),
  owner    text NOT NULL,
  until    timestamptz NOT NULL
);
