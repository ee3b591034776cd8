-- Rows that take less room. Nothing that is stored is rewritten but the few rows of hours.

-- Quantities of a depth profile are codes, 2,000 times their decimal logarithm, -32768 for 0 (shared/catalogue/qty_codes.ts): a
-- real each takes twice as much. What is stored in reals stays as it is and is read beside it.
ALTER TABLE depth_profiles RENAME TO depth_profiles_in_reals;
ALTER INDEX depth_profiles_pkey RENAME TO depth_profiles_in_reals_pkey;
ALTER INDEX depth_profiles_by_time RENAME TO depth_profiles_in_reals_by_time;
DO $$
DECLARE
  piece record;
BEGIN
  FOR piece IN
    SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'depth_profiles_in_reals'::regclass
  LOOP
    EXECUTE format(
      'ALTER TABLE %I RENAME TO %I', piece.relname,
      replace(piece.relname, 'depth_profiles_', 'depth_profiles_in_reals_')
    );
  END LOOP;
END $$;
CREATE TABLE depth_profiles (
  time            timestamptz NOT NULL,
  incarnation     bigint NOT NULL,
  book_update_id  bigint NOT NULL,
  mid             double precision NOT NULL,
  number          integer NOT NULL,
  bucket_bps      real NOT NULL,
  bid_covered_bps real,
  ask_covered_bps real,
  symbol_id       smallint NOT NULL,
  bids            smallint[] NOT NULL,
  asks            smallint[] NOT NULL,
  PRIMARY KEY (symbol_id, time, incarnation, number)
) PARTITION BY RANGE (time);
CREATE INDEX depth_profiles_by_time ON depth_profiles (time DESC);
-- It has quantities as numbers.
CREATE OR REPLACE VIEW depth_profiles_with_market AS
  SELECT
    venue, symbol, time, incarnation, book_update_id, mid, number, bucket_bps, bid_covered_bps, ask_covered_bps,
    symbol_id,
    ARRAY(
      SELECT CASE WHEN code = -32768 THEN 0 ELSE to_char(10::float8 ^ (code / 2000::float8), '9.9999EEEE')::real END
      FROM unnest(bids) WITH ORDINALITY AS side (code, bucket) ORDER BY bucket
    ) AS bids,
    ARRAY(
      SELECT CASE WHEN code = -32768 THEN 0 ELSE to_char(10::float8 ^ (code / 2000::float8), '9.9999EEEE')::real END
      FROM unnest(asks) WITH ORDINALITY AS side (code, bucket) ORDER BY bucket
    ) AS asks
  FROM depth_profiles JOIN symbols USING (symbol_id)
  UNION ALL
  SELECT
    venue, symbol, time, incarnation, book_update_id, mid, number, bucket_bps, bid_covered_bps, ask_covered_bps,
    symbol_id, bids, asks
  FROM depth_profiles_in_reals JOIN symbols USING (symbol_id)
  UNION ALL
  SELECT
    venue, symbol, time, incarnation, book_update_id, mid, number, bucket_bps, bid_covered_bps, ask_covered_bps,
    symbol_id, bids, asks
  FROM depth_profiles_unpartitioned JOIN symbols USING (symbol_id);

-- `counts` and `nulls` stand before the values of metrics: each question reads them, and behind all others they would be looked
-- for through every column before them. A partition of before keeps its order; the new ones have this.
DO $$
DECLARE
  name text;
  piece record;
BEGIN
  FOREACH name IN ARRAY ARRAY['metrics_10s', 'metrics_1m', 'metrics_1h'] LOOP
    EXECUTE format('ALTER VIEW %I RENAME TO %I', name || '_with_market', name || '_with_market_before');
    EXECUTE format('ALTER TABLE %I RENAME TO %I', name, name || '_before');
    EXECUTE format('ALTER INDEX %I RENAME TO %I', name || '_pkey', name || '_before_pkey');
    EXECUTE (
      SELECT format(
        'CREATE TABLE %I (%s, PRIMARY KEY (symbol_id, settings_id, time)) PARTITION BY RANGE (time)', name,
        string_agg(
          format(
            '%I %s%s', attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
          ), ', ' ORDER BY
            CASE
              WHEN attname IN ('symbol_id', 'settings_id', 'samples', 'time') THEN 0
              WHEN attname IN ('counts', 'nulls') THEN 1
              ELSE 2
            END, attnum
        )
      )
      FROM pg_attribute
      WHERE attrelid = (name || '_before')::regclass AND attnum > 0 AND NOT attisdropped
    );
    FOR piece IN
      SELECT relname, pg_get_expr(relpartbound, pg_class.oid) AS bound FROM pg_inherits
        JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = (name || '_before')::regclass
    LOOP
      EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', name || '_before', piece.relname);
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I %s', name, piece.relname, piece.bound);
    END LOOP;
  END LOOP;
END $$;

-- Sketches are texts (shared/catalogue/sketches.ts), with wider keys: a value of before has the key in which the middle of its own
-- key lies.
CREATE FUNCTION pg_temp.number_text(number integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN number < 52 THEN chr(40 + number)
    WHEN number < 1560 THEN chr(93 + number % 30) || chr(40 + number / 30)
    WHEN number < 46800 THEN chr(93 + number % 30) || chr(93 + number / 30 % 30) || chr(40 + number / 900)
    ELSE chr(93 + number % 30) || chr(93 + number / 30 % 30) || chr(93 + number / 900 % 30) || chr(40 + number / 27000)
  END
$$;
-- Of a metric within bounds, which `width` parts into forty, or, where that is NULL, of one that is told as 0 below `smallest`.
CREATE FUNCTION pg_temp.sketch_text(
  sketch integer[], smallest double precision, least_value double precision, width double precision
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  WITH each AS (
    SELECT sketch[1][place] AS old_key, sketch[2][place] AS old_count
    FROM generate_series(1, array_length(sketch, 2)) AS place
  ), valued AS (
    SELECT old_count, CASE
      WHEN width IS NOT NULL THEN least_value + (old_key + 0.5) * width * 40 / 100
      WHEN old_key = 0 THEN 0
      ELSE sign(old_key) * 1e-9 * (1.02 / 0.98) ^ (abs(old_key) - 1) * 2 * (1.02 / 0.98) / (1 + 1.02 / 0.98)
    END::double precision AS value
    FROM each
  ), counted AS (
    SELECT sum(old_count)::integer AS count, CASE
      WHEN width IS NOT NULL THEN least(39, floor((value - least_value) / width))
      WHEN abs(value) < smallest THEN 0
      ELSE sign(value) * (1 + floor(ln(abs(value) / smallest) / ln(1.05::double precision / 0.95)))
    END::integer AS key
    FROM valued GROUP BY 2
  ), spaced AS (
    SELECT key, count, key - 1 - lag(key) OVER (ORDER BY key) AS missing FROM counted
  )
  SELECT
    pg_temp.number_text(min(CASE WHEN key < 0 THEN -2 * key - 1 ELSE 2 * key END) FILTER (WHERE missing IS NULL)) ||
    string_agg(
      CASE WHEN missing > 0 THEN pg_temp.number_text(0) || pg_temp.number_text(missing) ELSE '' END ||
      pg_temp.number_text(count), '' ORDER BY key
    )
  FROM spaced
$$;
ALTER TABLE metrics_1h
  ALTER COLUMN spread_bps_quantiles TYPE text USING pg_temp.sketch_text(spread_bps_quantiles, 1e-9, NULL, NULL),
  ALTER COLUMN imbalance_quantiles TYPE text USING pg_temp.sketch_text(imbalance_quantiles, NULL, -1, 0.05),
  ALTER COLUMN top_qty_quantiles TYPE text USING pg_temp.sketch_text(top_qty_quantiles, 1e-9, NULL, NULL),
  ALTER COLUMN bid_notional_10_bps_quantiles TYPE text
    USING pg_temp.sketch_text(bid_notional_10_bps_quantiles, 1e-9, NULL, NULL),
  ALTER COLUMN ask_notional_10_bps_quantiles TYPE text
    USING pg_temp.sketch_text(ask_notional_10_bps_quantiles, 1e-9, NULL, NULL),
  ALTER COLUMN velocity_quantiles TYPE text USING pg_temp.sketch_text(velocity_quantiles, 0.005, NULL, NULL),
  ALTER COLUMN round_trip_bps_100k_quantiles TYPE text
    USING pg_temp.sketch_text(round_trip_bps_100k_quantiles, 1e-9, NULL, NULL),
  ALTER COLUMN realised_vol_60s_quantiles TYPE text
    USING pg_temp.sketch_text(realised_vol_60s_quantiles, 1e-9, NULL, NULL);
DROP FUNCTION pg_temp.sketch_text;
DROP FUNCTION pg_temp.number_text;

CREATE VIEW metrics_10s_with_market AS
  SELECT venue, symbol, metrics_10s.* FROM metrics_10s JOIN symbols USING (symbol_id);
CREATE VIEW metrics_1m_with_market AS
  SELECT venue, symbol, metrics_1m.* FROM metrics_1m JOIN symbols USING (symbol_id);
CREATE VIEW metrics_1h_with_market AS
  SELECT venue, symbol, metrics_1h.* FROM metrics_1h JOIN symbols USING (symbol_id);

-- Whoever may read them as they were may read them as they are.
DO $grants$
DECLARE
  privilege text;
BEGIN
  FOR privilege IN
    SELECT format('GRANT SELECT ON %I TO %s', made.name,
      CASE WHEN of.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(of.grantee)) END)
    FROM (VALUES
        ('depth_profiles_in_reals', 'depth_profiles'),
        ('metrics_10s_before', 'metrics_10s'), ('metrics_10s_with_market_before', 'metrics_10s_with_market'),
        ('metrics_1m_before', 'metrics_1m'), ('metrics_1m_with_market_before', 'metrics_1m_with_market'),
        ('metrics_1h_before', 'metrics_1h'), ('metrics_1h_with_market_before', 'metrics_1h_with_market')
      ) AS made (source, name)
      JOIN pg_class ON pg_class.oid = made.source::regclass
      CROSS JOIN LATERAL aclexplode(pg_class.relacl) AS of
    WHERE of.grantee <> pg_class.relowner AND of.privilege_type = 'SELECT'
  LOOP
    EXECUTE privilege;
  END LOOP;
END
$grants$;
DROP VIEW metrics_10s_with_market_before, metrics_1m_with_market_before, metrics_1h_with_market_before;
DROP TABLE metrics_10s_before, metrics_1m_before, metrics_1h_before;
