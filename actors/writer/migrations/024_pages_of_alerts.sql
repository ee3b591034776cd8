-- Alerts are read a page at a time. Those that fire are in order by when they began to, which does not change while they
-- do; of those that are over an index tells by itself which rule they were of, how severe and since when, so that who
-- asks for few of many does not read the others.
DROP INDEX alerts_firing_by_time, alerts_firing_by_symbol, alerts_over_by_time;
CREATE INDEX alerts_firing_by_time ON alerts (fired_at DESC, alert_id DESC) WHERE phase = 'firing';
CREATE INDEX alerts_firing_by_symbol ON alerts (symbol_id, fired_at DESC, alert_id DESC) WHERE phase = 'firing';
CREATE INDEX alerts_over_by_time ON alerts (time DESC, rule, severity, fired_at) WHERE phase <> 'firing';
CREATE INDEX feed_status_by_all ON feed_status (time DESC);
