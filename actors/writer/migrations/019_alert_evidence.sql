-- What an alert was raised on, how far it went, whether its condition can be told, why it ended, and whether people were
-- told of it. Of those from before there is no evidence, and of their peak nothing is known but the last value.
-- Meanings: shared/output.ts.
DROP VIEW alerts_with_market;
ALTER TABLE alerts
  ADD COLUMN peak double precision,
  ADD COLUMN held boolean NOT NULL DEFAULT false,
  ADD COLUMN reason text,
  ADD COLUMN notified boolean NOT NULL DEFAULT true,
  ADD COLUMN suppressed integer NOT NULL DEFAULT 0,
  ADD COLUMN evidence jsonb;
CREATE VIEW alerts_with_market AS
  SELECT venue, symbol, alerts.* FROM alerts JOIN symbols USING (symbol_id);
