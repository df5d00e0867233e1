"""Judging millions of units from a folder of Parquet files: by arrays, DuckDB or Spark, with the same findings."""

from zhibu_engine.bulk.job import Engine, Job, Progress, Stopped
from zhibu_engine.bulk.run import bulk_judge

__all__ = ["Engine", "Job", "Progress", "Stopped", "bulk_judge"]
