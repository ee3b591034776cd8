/** What a transaction of the writer sets for itself. */

/**
 * What role, database and server may have set otherwise, for one transaction; `$1` is the schema, quoted, `$2` how long a
 * statement may take, milliseconds. A pooler keeps nothing longer. Statements are short: where the planner knows little of a
 * table it would compile one for far longer than it runs.
 */
export const SESSION = `set_config('search_path', $1 || ', pg_temp', true),
  set_config('DateStyle', 'ISO, YMD', true), set_config('TimeZone', 'UTC', true),
  set_config('standard_conforming_strings', 'on', true), set_config('array_nulls', 'on', true),
  set_config('extra_float_digits', '1', true), set_config('statement_timeout', $2, true),
  set_config('jit', 'off', true),
  set_config('synchronous_commit', CASE current_setting('synchronous_commit')
    WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)`;
