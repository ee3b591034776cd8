-- How far the roll-ups of what earlier versions have stored are marked as due, by table: up to which hour, and whether
-- there is nothing after it.
CREATE TABLE old_metrics_marked (
  table_name text PRIMARY KEY,
  until      timestamptz,
  is_over    boolean NOT NULL
);
