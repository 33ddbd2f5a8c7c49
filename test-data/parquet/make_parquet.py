"""Writes the Parquet files of this folder: types and codecs that Spark cannot write.

python -m pip install pyarrow==21.0.0; python make_parquet.py
"""

import datetime
import decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEQUENCES = ["ATGGCTTAA", "ATGGGTTAA", "ATGGATTAA", "ATG"]
TIME = datetime.datetime(2026, 1, 31, 12, 30)


def simple():
    return {
        "id": pa.array(["a", "b", "c", "d"]),
        "sequence": pa.array(SEQUENCES),
        "label": pa.array([1.5, 2.0, None, float("nan")]),
        "Label": pa.array(["x", "y", "z", "w"]),
    }


def of_every_type():
    return simple() | {
        "nanoseconds": pa.array([TIME] * 4, pa.timestamp("ns")),
        "milliseconds": pa.array([TIME] * 4, pa.timestamp("ms", tz="UTC")),
        "time": pa.array([TIME.time()] * 4, pa.time64("ns")),
        "date": pa.array([TIME.date()] * 4),
        "float16": pa.array(np.array([0.5, 1, 2, 3], np.float16)),
        "float32": pa.array([0.1, 0.25, 3, None], pa.float32()),
        "uuid": pa.array([bytes(range(16))] * 4, pa.binary(16)),
        "decimal": pa.array([decimal.Decimal(x) for x in ("1.50", "2.00", "-3.25", "0.00")]),
        "wide decimal": pa.array([decimal.Decimal("1.5")] * 4, pa.decimal256(60, 2)),
        "unsigned": pa.array([2**63 + 1, 0, 1, 2], pa.uint64()),
        "bytes": pa.array([b"\xff\x00"] * 4),
        "boolean": pa.array([True, False, None, True]),
        "nothing": pa.array([None] * 4),
        "list": pa.array([[1], [], None, [2]]),
        "struct": pa.array([{"x": 1}] * 4),
        "map": pa.array([[("k", 1)]] * 4, pa.map_(pa.string(), pa.int32())),
        "words": pa.array(["u", "v", "u", "v"]).dictionary_encode(),
    }


def of_type_uuid(table):
    """The column uuid as Parquet's own UUID."""
    kind = pa.uuid()
    position = table.schema.get_field_index("uuid")
    storage = table.column("uuid").combine_chunks()
    return table.set_column(position, "uuid", pa.ExtensionArray.from_storage(kind, storage))


if __name__ == "__main__":
    everything = of_type_uuid(pa.table(of_every_type()))
    pq.write_table(everything, "every-type.parquet", store_schema=False)
    pq.write_table(pa.table(simple()), "brotli.parquet", compression="brotli")
    pq.write_table(pa.table(simple()), "lz4.parquet", compression="lz4", row_group_size=2)
