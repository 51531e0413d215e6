"""The query layer: ledgers to Parquet parts to DuckDB. DuckDB is imported when an index is opened."""

from codingagentbench.store.index.index import CellIndex
from codingagentbench.store.index.rows import plain
from codingagentbench.store.index.select import ORDERS
from codingagentbench.store.index.where import FACETS, Facet, Where

__all__ = ["FACETS", "ORDERS", "CellIndex", "Facet", "Where", "plain"]
