-- What people say to alerts: that they have seen an episode, and until when nobody is to be called. Whether an episode inhibits
-- those of other rules stands with it: of those from before it is the one of the built-in rule that does. Meanings:
-- shared/output.ts.
DROP VIEW alerts_with_market;
ALTER TABLE alerts
  ADD COLUMN muted_until timestamptz,
  ADD COLUMN acknowledged_at timestamptz,
  ADD COLUMN acknowledged_by text,
  ADD COLUMN acknowledged_comment text,
  ADD COLUMN acknowledged_severity text,
  ADD COLUMN inhibits boolean NOT NULL DEFAULT false;
UPDATE alerts SET inhibits = true WHERE rule = 'feed_degraded';
CREATE VIEW alerts_with_market AS
  SELECT venue, symbol, alerts.* FROM alerts JOIN symbols USING (symbol_id);

-- One row for each mute: its newest revision. A rule of every symbol stands under the monitor itself, symbol_id 0.
CREATE TABLE mutes (
  symbol_id  smallint NOT NULL,
  mute_id    text PRIMARY KEY,
  revision   integer NOT NULL,
  time       timestamptz NOT NULL,
  rule       text,
  created_at timestamptz NOT NULL,
  until      timestamptz NOT NULL,
  created_by text,
  reason     text,
  removed_at timestamptz
);
CREATE INDEX mutes_until ON mutes (until);
CREATE VIEW mutes_with_market AS
  SELECT venue, symbol, mutes.* FROM mutes JOIN symbols USING (symbol_id);
