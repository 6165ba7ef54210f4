-- Grain: one check code, as every planner draws them. Safe to rerun: it writes nothing.
SELECT notifications_new_code();
