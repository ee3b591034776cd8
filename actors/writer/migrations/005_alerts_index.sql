-- Alerts are read the firing ones first, then the newest: each phase has its rows in the order of time, so
-- that neither is found by sorting the table, nor by passing over the other. A row is in as many indexes as
-- it was before.
DROP INDEX alerts_by_time, alerts_by_symbol, alerts_firing;
CREATE INDEX alerts_firing_by_time ON alerts (time DESC) WHERE phase = 'firing';
CREATE INDEX alerts_firing_by_symbol ON alerts (symbol, time DESC) WHERE phase = 'firing';
CREATE INDEX alerts_over_by_time ON alerts (time DESC) WHERE phase <> 'firing';
CREATE INDEX alerts_over_by_symbol ON alerts (symbol, time DESC) WHERE phase <> 'firing';
