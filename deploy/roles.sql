-- The rights of the role that the site and its workers use. Run it as the owner of the tables (the
-- role that migrates), after each migration; running it again changes nothing.
--
-- The owner signs in to migrate alone. The site's role reads and writes rows, makes temporary tables
-- for imports, and owns nothing: in tables that are written once it can add rows and nothing else,
-- and the chain over them is written for it by triggers with the owner's rights.
-- Give it a password of its own: ALTER ROLE cskh_site LOGIN PASSWORD '…'.
DO $$
DECLARE
    kept regclass;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'cskh_site') THEN
        CREATE ROLE cskh_site NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO cskh_site', current_database());
    GRANT USAGE ON SCHEMA public TO cskh_site;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO cskh_site;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO cskh_site;
    FOR kept IN SELECT tgrelid FROM pg_trigger WHERE tgname = 'audit_keep' LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON %s FROM cskh_site', kept);
    END LOOP;
    REVOKE INSERT ON customers_auditentry FROM cskh_site;
    REVOKE ALL ON customers_auditnote FROM cskh_site;
    REVOKE ALL ON django_migrations FROM cskh_site;
    GRANT SELECT ON django_migrations TO cskh_site;  -- /readyz asks whether all are applied
END
$$
