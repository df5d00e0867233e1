from django.urls import path

from zhibu.organization.views import access, posts, sheets, units

app_name = "organization"
urlpatterns = [
    path("", units.tree, name="tree"),
    path("import/units", sheets.units_new, name="units_new"),
    path("import/units/template", sheets.units_template, name="units_template"),
    path("import/posts", sheets.posts_new, name="posts_new"),
    path("import/posts/template", sheets.posts_template, name="posts_template"),
    path("<int:pk>", units.unit, name="unit"),
    path("<int:pk>/new", units.found, name="found"),
    path("<int:pk>/rename", units.rename, name="rename"),
    path("<int:pk>/move", units.move, name="move"),
    path("<int:pk>/merge", units.merge, name="merge"),
    path("<int:pk>/withdraw", units.withdraw, name="withdraw"),
    path("<int:pk>/group", units.group, name="group"),
    path("<int:pk>/adopt", units.adopt, name="adopt"),
    path("<int:pk>/posts/new", posts.post_begin, name="post_begin"),
    path("posts/<int:pk>/end", posts.post_end, name="post_end"),
    path("<int:pk>/terms/new", posts.term_begin, name="term_begin"),
    path("terms/<int:pk>/extend", posts.term_extend, name="term_extend"),
    path("<int:pk>/roles", access.grants, name="grants"),
    path("<int:pk>/roles/new", access.grant_new, name="grant_new"),
    path("roles/<int:pk>/revoke", access.grant_revoke, name="grant_revoke"),
    path("roles/<int:pk>/reset", access.account_reset, name="account_reset"),
    path("roles/<int:pk>/disable", access.account_disable, name="account_disable"),
    path("roles/<int:pk>/enable", access.account_enable, name="account_enable"),
    path("<int:pk>/accounts/new", access.account_new, name="account_new"),
    path("people/<int:pk>/sensitive", access.sensitive, name="sensitive"),
]
