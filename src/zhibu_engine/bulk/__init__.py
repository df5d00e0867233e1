"""Judging millions of units from a folder of Parquet files: by arrays, DuckDB or Spark, with the same findings."""

from zhibu_engine.bulk.run import Engine, Job, Progress, Stopped, bulk_judge

__all__ = ["Engine", "Job", "Progress", "Stopped", "bulk_judge"]
