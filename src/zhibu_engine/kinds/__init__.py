"""Rule kinds. Adding one is adding a module here that registers itself with ``@kind``."""

from importlib import import_module
from pkgutil import iter_modules

from zhibu_engine.kinds.base import Evidence, Judged, One, Problem, RuleKind, Said, Subjects, kinds

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["Evidence", "Judged", "One", "Problem", "RuleKind", "Said", "Subjects", "kinds"]
