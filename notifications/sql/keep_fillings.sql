-- Grain: one dispatch in one language: the words and values it is about to be sent with; and the
-- wordings among them that nothing was sent with before.
-- Safe to rerun: a wording's key follows from its content; a filling is replaced where asked for,
-- as long as no try with it can have arrived, else the first one stays.
WITH worded AS (
    INSERT INTO notifications_wording (
        id, kind, channel, language, subject, text, html, names
    )
    SELECT id, kind, channel, language, subject, text, html, names
    FROM jsonb_to_recordset(%(wordings)s::jsonb) AS w (
        id bigint, kind text, channel text, language text, subject text, text text, html text,
        names text
    )
    ON CONFLICT DO NOTHING
)
INSERT INTO notifications_filling (dispatch_id, language, wording_id, "values")
SELECT dispatch_id, language, wording_id, "values"
FROM jsonb_to_recordset(%(fillings)s::jsonb) AS f (
    dispatch_id bigint, language text, wording_id bigint, "values" jsonb
)
ON CONFLICT (dispatch_id, language) DO UPDATE
SET wording_id = excluded.wording_id, "values" = excluded."values"
WHERE %(replace)s;
