-- Grain: one row: whether any fact of the kind is untold and still worth telling.
-- Safe to rerun: it writes nothing.
SELECT EXISTS (
    SELECT FROM ({facts}) f
    WHERE (f.useful_until IS NULL OR f.useful_until > %(at)s) AND NOT EXISTS (
        SELECT FROM notifications_notice n
        WHERE n.kind = %(kind)s AND n.account_id = f.account_id AND n.subject = f.subject
    )
)
