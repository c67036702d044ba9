-- Functions of the database that guard history, seal it and empty it. Written anew after each migration
-- (bureau/history_guard.py), so that no migration repeats them. What they compute must stay as it is: seals depend on it.

CREATE OR REPLACE FUNCTION public.history_refuses_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'History is only added to: % cannot be emptied', TG_TABLE_NAME;
END $$;

-- Every trigger of django-pgtrigger asks this one whether to look away. As it comes, anybody may set the list that it
-- reads; here the list counts for the owner alone.
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name name) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    listed text := current_setting('pgtrigger.ignore', true);
BEGIN
    IF listed IS NULL OR listed = '' THEN
        RETURN false;
    END IF;
    RETURN trigger_name = ANY (listed::text[])
       AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'public.bureau_deed'::regclass), 'MEMBER');
END $$;

-- Columns as one list for ROW(…).
CREATE OR REPLACE FUNCTION public.history_columns(names varchar[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(string_agg(quote_ident(name), ', ' ORDER BY place), '') FROM unnest(names) WITH ORDINALITY one (name, place)
$$;

-- The digest of each row above one number up to another:
--     sha256( table ‖ (key, plain columns) as text ‖ sha256( salt ‖ (personal columns) as text ) )
-- The inner digest is kept when the row is emptied, and the salt goes, so that nobody can guess what stood there.
CREATE OR REPLACE FUNCTION public.history_digests(of_shape bigint, above bigint, upto bigint)
RETURNS TABLE (row_id bigint, digest bytea) LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'iso_8601'
SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
DECLARE
    shape bureau_sealshape;
BEGIN
    SELECT * INTO STRICT shape FROM bureau_sealshape WHERE id = of_shape;
    RETURN QUERY EXECUTE format(
        'SELECT %1$I::bigint, sha256(convert_to(%2$L || ROW(%3$s)::text, ''UTF8'')
                             || coalesce(emptied_digest, sha256(uuid_send(seal_salt) || convert_to(ROW(%4$s)::text, ''UTF8''))))
           FROM public.%5$I WHERE %1$I > $1 AND %1$I <= $2 ORDER BY %1$I',
        shape.key, shape."table", history_columns(shape.key || shape.plain), history_columns(shape.personal), shape."table"
    ) USING above, upto;
END $$;

-- The digest of a link: all that it says, and the link before it.
CREATE OR REPLACE FUNCTION public.history_link(seal public.bureau_seal) RETURNS bytea LANGUAGE sql STABLE
SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
    SELECT sha256(convert_to(ROW(seal.number, seal.at, seal."table", seal.above, seal.upto, cardinality(seal.ids))::text, 'UTF8')
                  || seal.rows_digest || seal.previous)
$$;

-- Seals what can no longer change: returns how many rows. No writer waits for it and it waits for none.
--
-- A row gets its number before its transaction commits, so a lower number may become visible after a higher one. Who
-- inserts holds a lock on the table from before the number is given until the transaction ends. So: read the last number
-- given, then see who writes. If nobody does, every row up to that number is there or never will be. Else the number and
-- the writers are noted, and a later call goes on once they have ended.
CREATE OR REPLACE FUNCTION public.history_seal(most integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
DECLARE
    shape bureau_sealshape;
    mark bureau_sealmark;
    seal bureau_seal;
    given bigint;
    target bigint;
    last_in_batch bigint;
    writers text[];
    sealed integer := 0;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'History is sealed in READ COMMITTED, where each statement sees what was committed before it';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('history_seal', 0));
    FOR shape IN SELECT DISTINCT ON ("table") * FROM bureau_sealshape ORDER BY "table", id DESC LOOP
        given := pg_sequence_last_value(pg_get_serial_sequence('public.' || quote_ident(shape."table"), shape.key)::regclass);
        CONTINUE WHEN given IS NULL;
        SELECT * INTO seal FROM bureau_seal s WHERE s."table" = shape."table" ORDER BY s.upto DESC LIMIT 1;
        seal.above := coalesce(seal.upto, 0);
        CONTINUE WHEN seal.above >= given;
        SELECT coalesce(array_agg(DISTINCT l.virtualtransaction), '{}') INTO writers FROM pg_locks l
         WHERE l.locktype = 'relation' AND l.relation = ('public.' || quote_ident(shape."table"))::regclass
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND l.mode = 'RowExclusiveLock' AND l.pid IS DISTINCT FROM pg_backend_pid();
        SELECT * INTO mark FROM bureau_sealmark m WHERE m."table" = shape."table";
        IF writers = '{}' THEN
            target := given;
            DELETE FROM bureau_sealmark m WHERE m."table" = shape."table";
        ELSIF mark."table" IS NOT NULL AND mark.waits_for && writers THEN
            CONTINUE;
        ELSE
            target := mark.upto;
            INSERT INTO bureau_sealmark ("table", upto, waits_for) VALUES (shape."table", given, writers)
                ON CONFLICT ("table") DO UPDATE SET upto = excluded.upto, waits_for = excluded.waits_for;
        END IF;
        WHILE target > seal.above AND sealed < most LOOP
            EXECUTE format('SELECT max(id) FROM (SELECT %1$I AS id FROM %2$I WHERE %1$I > $1 AND %1$I <= $2 ORDER BY 1 LIMIT $3) one', shape.key, shape."table")
               INTO last_in_batch USING seal.above, target, most;
            EXIT WHEN last_in_batch IS NULL;
            SELECT array_agg(row_id ORDER BY row_id), string_agg(substr(d.digest, 1, 8), ''::bytea ORDER BY row_id),
                   sha256(string_agg(d.digest, ''::bytea ORDER BY row_id))
              INTO seal.ids, seal.marks, seal.rows_digest
              FROM history_digests(shape.id, seal.above, last_in_batch) d;
            seal.upto := CASE WHEN cardinality(seal.ids) < most THEN target ELSE last_in_batch END;
            SELECT s.number, s.digest INTO seal.number, seal.previous FROM bureau_seal s ORDER BY s.number DESC LIMIT 1;
            seal.number := coalesce(seal.number, 0) + 1;
            seal.previous := coalesce(seal.previous, sha256(''));
            seal.at := clock_timestamp();
            seal.shape_id := shape.id;
            seal."table" := shape."table";
            seal.digest := history_link(seal);
            INSERT INTO bureau_seal SELECT seal.*;
            sealed := sealed + cardinality(seal.ids);
            seal.above := seal.upto;
        END LOOP;
    END LOOP;
    RETURN sealed;
END $$;

-- Every way in which the rows and the chain over them disagree.
CREATE OR REPLACE FUNCTION public.history_differences() RETURNS TABLE (number bigint, of_table varchar, row_id bigint, what text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    seal bureau_seal;
    shape bureau_sealshape;
    present bytea;
BEGIN
    RETURN QUERY
        SELECT s.number, s."table", NULL::bigint, 'broken chain'
          FROM (SELECT one AS whole, one.*, lag(one.digest, 1, sha256('')) OVER (ORDER BY one.number) AS before,
                       row_number() OVER (ORDER BY one.number) AS place,
                       lag(one.upto, 1, 0::bigint) OVER (PARTITION BY one."table" ORDER BY one.number) AS sealed
                  FROM bureau_seal one) s
         WHERE s.number <> s.place OR s.previous <> s.before OR s.above <> s.sealed OR s.digest <> history_link(s.whole);
    FOR seal IN SELECT * FROM bureau_seal s ORDER BY s.number LOOP
        SELECT sha256(coalesce(string_agg(d.digest, ''::bytea ORDER BY d.row_id), ''))
          INTO present FROM history_digests(seal.shape_id, seal.above, seal.upto) d;
        CONTINUE WHEN present = seal.rows_digest;
        RETURN QUERY
            SELECT seal.number, seal."table", coalesce(k.id, d.row_id),
                   CASE WHEN k.id IS NULL THEN 'inserted' WHEN d.row_id IS NULL THEN 'removed' ELSE 'changed' END
              FROM (SELECT id, substr(seal.marks, (place * 8 - 7)::int, 8) AS mark FROM unnest(seal.ids) WITH ORDINALITY one (id, place)) k
              FULL JOIN history_digests(seal.shape_id, seal.above, seal.upto) d ON d.row_id = k.id
             WHERE k.id IS NULL OR d.row_id IS NULL OR substr(d.digest, 1, 8) <> k.mark;
        IF NOT FOUND THEN
            RETURN QUERY SELECT seal.number, seal."table", NULL::bigint, 'changed';
        END IF;
    END LOOP;
    FOR shape IN SELECT DISTINCT ON ("table") * FROM bureau_sealshape ORDER BY "table", id DESC LOOP
        RETURN QUERY EXECUTE format(
            'SELECT NULL::bigint, %2$L::varchar, t.%1$I::bigint,
                    CASE WHEN e.id IS NULL THEN ''emptied without its deed'' ELSE ''filled after it was emptied'' END
               FROM %2$I t
               LEFT JOIN LATERAL (SELECT d.id FROM bureau_deed d
                                   WHERE d.action = ''history.emptied'' AND d.data -> ''rows'' -> %2$L @> to_jsonb(t.%1$I) LIMIT 1) e ON true
              WHERE (t.emptied_digest IS NOT NULL OR t.seal_salt IS NULL)
                AND (e.id IS NULL OR t.seal_salt IS NOT NULL OR ROW(%3$s)::text IS DISTINCT FROM ROW(%4$s)::text)',
            shape.key, shape."table", history_columns(shape.personal), history_blanks(shape."table", shape.personal)
        );
    END LOOP;
END $$;

-- What stands in an emptied row instead of its personal columns: nothing, as each type writes it.
CREATE OR REPLACE FUNCTION public.history_blanks(of_table varchar, names varchar[]) RETURNS text LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
    SELECT coalesce(string_agg(
               CASE WHEN NOT a.attnotnull THEN 'NULL' WHEN t.typcategory = 'A' OR t.typname IN ('json', 'jsonb') THEN '''{}''' ELSE '''''' END
               || '::' || format_type(a.atttypid, NULL), ', ' ORDER BY place), '')
      FROM unnest(names) WITH ORDINALITY one (name, place)
      JOIN pg_attribute a ON a.attrelid = ('public.' || quote_ident(of_table))::regclass AND a.attname = one.name
      JOIN pg_type t ON t.oid = a.atttypid
$$;

-- The one door through which history forgets: the personal columns of these rows ({"table": [number, …]}) become empty,
-- what proves them stays, and the deed that says so is written here, so that none can be without it.
CREATE OR REPLACE FUNCTION public.history_empty(
    chosen jsonb, of_type text, of_id bigint, label text, reason text, actor bigint, behalf bigint
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'iso_8601'
SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
DECLARE
    named record;
    shape bureau_sealshape;
    sealed_as record;
    ignored text := coalesce(current_setting('pgtrigger.ignore', true), '');
    emptied bigint[];
    just_now bigint[];
    done jsonb := '{}';
    deed bigint;
BEGIN
    IF btrim(reason) = '' THEN
        RAISE EXCEPTION 'History is emptied for a reason only';
    END IF;
    FOR named IN SELECT key AS name, ARRAY(SELECT jsonb_array_elements_text(value)::bigint ORDER BY 1) AS ids FROM jsonb_each(chosen) ORDER BY key LOOP
        SELECT * INTO shape FROM bureau_sealshape s WHERE s."table" = named.name ORDER BY s.id DESC LIMIT 1;
        IF shape.id IS NULL THEN
            RAISE EXCEPTION 'Nothing of history is kept in %', named.name;
        END IF;
        IF named.name = 'bureau_deed' AND EXISTS (SELECT 1 FROM bureau_deed d WHERE d.id = ANY (named.ids) AND d.action = 'history.emptied') THEN
            RAISE EXCEPTION 'A deed that says what was emptied stays';
        END IF;
        emptied := '{}';
        PERFORM set_config('pgtrigger.ignore', (SELECT array_agg(tgname)::text FROM pg_trigger
                                                 WHERE tgrelid = ('public.' || quote_ident(named.name))::regclass AND NOT tgisinternal), true);
        -- Each row is proven by the columns that entered its own seal.
        FOR sealed_as IN
            SELECT coalesce(s.shape_id, shape.id) AS shape_id, array_agg(one.id) AS ids
              FROM unnest(named.ids) one (id)
              LEFT JOIN bureau_seal s ON s."table" = named.name AND s.above < one.id AND s.upto >= one.id
             GROUP BY 1
        LOOP
            EXECUTE format(
                'WITH gone AS (
                    UPDATE %1$I SET emptied_digest = sha256(uuid_send(seal_salt) || convert_to(ROW(%2$s)::text, ''UTF8'')), seal_salt = NULL%3$s
                     WHERE %4$I = ANY ($1) AND emptied_digest IS NULL RETURNING %4$I::bigint AS id
                ) SELECT coalesce(array_agg(id ORDER BY id), ''{}'') FROM gone',
                named.name,
                history_columns((SELECT s.personal FROM bureau_sealshape s WHERE s.id = sealed_as.shape_id)),
                CASE WHEN shape.personal = '{}' THEN '' ELSE
                    format(', (%s) = ROW(%s)', history_columns(shape.personal), history_blanks(shape."table", shape.personal)) END,
                shape.key
            ) INTO just_now USING sealed_as.ids;
            emptied := emptied || just_now;
        END LOOP;
        IF emptied <> '{}' THEN
            done := done || jsonb_build_object(named.name, to_jsonb(emptied));
        END IF;
    END LOOP;
    PERFORM set_config('pgtrigger.ignore', ignored, true);
    INSERT INTO bureau_deed (at, action, actor_id, on_behalf_of_id, object_type, object_id, object_label, data, reason)
    VALUES (statement_timestamp(), 'history.emptied', actor, behalf, of_type, of_id, label, jsonb_build_object('rows', done), reason)
    RETURNING id INTO deed;
    RETURN deed;
END $$;
