-- Grain: none. Until the commit no month is closed; whoever closes one waits for this, and is waited
-- for. Safe to rerun.
SELECT pg_advisory_xact_lock_shared(hashtextextended('billing_read', 0))
