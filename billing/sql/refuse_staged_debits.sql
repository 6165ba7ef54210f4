-- Grain: one staged row that fits no account, auto-debit or bill, or says of a known try another word.
-- Safe to rerun: it only takes rows out of the staging table.
WITH refused AS (
    SELECT s.row_number, 'number' AS column_name, 'unknown_account' AS code, s.number AS value
    FROM staged_debit s
    WHERE NOT EXISTS (SELECT FROM customers_account a WHERE a.number = s.number)
    UNION ALL
    SELECT s.row_number, 'number', 'no_mandate', s.number
    FROM staged_debit s
    JOIN customers_account a ON a.number = s.number
    WHERE NOT EXISTS (
        SELECT FROM customers_arrangement g
        WHERE g.account_id = a.id AND g.kind = 'auto_debit' AND g.first_debit_on IS NOT NULL
    )
    UNION ALL
    SELECT s.row_number, 'month', 'no_bill', to_char(s.month, 'MM/YYYY')
    FROM staged_debit s
    JOIN customers_account a ON a.number = s.number
    WHERE NOT EXISTS (
        SELECT FROM billing_bill b WHERE b.account_id = a.id AND b.month = s.month
    )
    UNION ALL
    SELECT s.row_number, 'amount', 'amount_differs', s.amount::text
    FROM staged_debit s
    JOIN customers_account a ON a.number = s.number
    JOIN billing_bill b ON b.account_id = a.id AND b.month = s.month
    WHERE b.total <> s.amount
      -- A bill may have been corrected since: what the bank was asked for stays as it was.
      AND NOT EXISTS (
          SELECT FROM billing_debit d
          WHERE d.bill_id = b.id AND d.debited_on = s.debited_on AND d.amount = s.amount
      )
    UNION ALL
    SELECT s.row_number, 'result', 'result_reused', s.result
    FROM staged_debit s
    JOIN customers_account a ON a.number = s.number
    JOIN billing_bill b ON b.account_id = a.id AND b.month = s.month
    JOIN billing_debit d ON d.bill_id = b.id AND d.debited_on = s.debited_on
    WHERE (d.result, d.amount) IS DISTINCT FROM (s.result, s.amount)
), gone AS (
    DELETE FROM staged_debit s USING refused r WHERE s.row_number = r.row_number
)
SELECT DISTINCT ON (row_number) row_number, column_name, code, value FROM refused ORDER BY row_number;
