-- Grain: one company, ward and age group with its customers who are told, who would be left without
-- any channel, and the SMS that would go, before and after. Whom only supervisors may find is left out.
-- Safe to rerun: it only reads.
WITH before AS (
    SELECT notice_id, bool_or(NOT is_beside) AS has_way,
           count(*) FILTER (WHERE channel = 'sms' AND turn = 0) AS sms,
           count(*) FILTER (WHERE channel = 'sms') AS most
    FROM dry_before GROUP BY notice_id
), after AS (
    SELECT notice_id, bool_or(NOT is_beside) AS has_way,
           count(*) FILTER (WHERE channel = 'sms' AND turn = 0) AS sms,
           count(*) FILTER (WHERE channel = 'sms') AS most
    FROM dry_after GROUP BY notice_id
)
SELECT a.unit_id, a.ward, {age}, count(DISTINCT a.id),
       count(DISTINCT a.id) FILTER (WHERE b.has_way IS NOT TRUE),
       count(DISTINCT a.id) FILTER (WHERE c.has_way IS NOT TRUE),
       count(DISTINCT a.id) FILTER (WHERE b.has_way AND c.has_way IS NOT TRUE),
       coalesce(sum(b.sms), 0)::bigint, coalesce(sum(c.sms), 0)::bigint,
       coalesce(sum(b.most), 0)::bigint, coalesce(sum(c.most), 0)::bigint
FROM dry_notice n
JOIN customers_account a ON a.id = n.account_id
LEFT JOIN before b ON b.notice_id = n.id
LEFT JOIN after c ON c.notice_id = n.id
WHERE NOT EXISTS (SELECT FROM customers_protection p WHERE p.account_id = a.id)
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;
