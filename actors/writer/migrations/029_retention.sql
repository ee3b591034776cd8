-- What was dropped of history, when and why, the newest thousand.
CREATE TABLE history_drops (
  number     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dropped_at timestamptz NOT NULL DEFAULT now(),
  table_name text NOT NULL,
  piece      text NOT NULL,
  from_time  timestamptz,
  to_time    timestamptz,
  rows       bigint NOT NULL,
  bytes      bigint NOT NULL,
  cause      text NOT NULL CHECK (cause IN ('age', 'size'))
);
