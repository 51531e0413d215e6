"""Results on disk: attempt folders that appear whole or not at all, and the ledger that remembers them."""

from codingagentbench.store.audit import evidence_faults, identity_faults, ledger_faults
from codingagentbench.store.index import CellIndex, Where
from codingagentbench.store.layout import (
    DEFINITION_NAME,
    attempt_dir,
    attempt_place,
    cell_place,
    ledger_path,
    staging_root,
    sweep_dir,
)
from codingagentbench.store.ledger import Claim, Ledger, RetryPolicy
from codingagentbench.store.line import CellLine, Pair
from codingagentbench.store.query import (
    CellFilter,
    load_attempts,
    load_lines,
    load_other_attempts,
    load_summaries,
    remeasured,
    sweep_ids,
)
from codingagentbench.store.reader import CellRow, CellState, Counts, LedgerReader, PairTally, Spending
from codingagentbench.store.rebuild import needs_rebuild, rebuild
from codingagentbench.store.records import (
    RECORD_NAME,
    attempt_dirs,
    evidence_files,
    iter_records,
    read_record,
    write_record,
)
from codingagentbench.store.removals import REMOVALS_NAME, Removal, read_removals
from codingagentbench.store.staging import Alive, Staging, clean_staging
from codingagentbench.store.summary import CellSummary, summarise, summarise_lost

__all__ = [
    "DEFINITION_NAME",
    "RECORD_NAME",
    "REMOVALS_NAME",
    "Alive",
    "CellFilter",
    "CellIndex",
    "CellLine",
    "CellRow",
    "CellState",
    "CellSummary",
    "Claim",
    "Counts",
    "Ledger",
    "LedgerReader",
    "Pair",
    "PairTally",
    "Removal",
    "RetryPolicy",
    "Spending",
    "Staging",
    "Where",
    "attempt_dir",
    "attempt_dirs",
    "attempt_place",
    "cell_place",
    "clean_staging",
    "evidence_faults",
    "evidence_files",
    "identity_faults",
    "iter_records",
    "ledger_faults",
    "ledger_path",
    "load_attempts",
    "load_lines",
    "load_other_attempts",
    "load_summaries",
    "needs_rebuild",
    "read_record",
    "read_removals",
    "rebuild",
    "remeasured",
    "staging_root",
    "summarise",
    "summarise_lost",
    "sweep_dir",
    "sweep_ids",
    "write_record",
]
