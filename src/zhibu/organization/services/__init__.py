"""Acts on the organisation, by noun."""

from zhibu.organization.services.access import (
    account_close,
    account_open,
    account_password_reset,
    pack_adopt,
    person_account_create,
    person_view_sensitive,
    role_grant,
    role_grant_by_login,
    role_revoke,
)
from zhibu.organization.services.imports import posts_import, units_import
from zhibu.organization.services.people import (
    PersonFields,
    person_columns,
    person_create,
    person_update,
)
from zhibu.organization.services.posts import (
    post_begin,
    post_begin_by_name,
    post_end,
    term_begin,
    term_extend,
)
from zhibu.organization.services.units import (
    ancestry_rebuild,
    group_found,
    unit_found,
    unit_merge,
    unit_move,
    unit_rename,
    unit_withdraw,
)

__all__ = [
    "PersonFields",
    "account_close",
    "account_open",
    "account_password_reset",
    "ancestry_rebuild",
    "group_found",
    "pack_adopt",
    "person_account_create",
    "person_columns",
    "person_create",
    "person_update",
    "person_view_sensitive",
    "post_begin",
    "post_begin_by_name",
    "post_end",
    "posts_import",
    "role_grant",
    "role_grant_by_login",
    "role_revoke",
    "term_begin",
    "term_extend",
    "unit_found",
    "unit_merge",
    "unit_move",
    "unit_rename",
    "unit_withdraw",
    "units_import",
]
