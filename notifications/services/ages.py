"""Age groups of contract holders, in SQL as in the proof of a run (``queries.age_group``)."""

from datetime import date

from portal.lib import sql


def parts() -> dict[str, str]:
    """What stands in statements for ``{age}``."""
    return {"age": sql.statement("notifications", "age_of_holder")}


def known(*, on: date) -> dict[str, int]:
    """What that part is asked with: years are those turned in the year of ``on``."""
    return {"year": on.year}
