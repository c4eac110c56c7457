"""Does the work of SdkBenchmark with MatrixOne's Python SDK.

    python sdk.py serve DATABASE       reads jobs from standard input, answers each with a line
    python sdk.py run DATABASE [N]     does N rounds of all jobs by itself and prints a table

The server comes from MATRIXONE_URL, MATRIXONE_USERNAME and MATRIXONE_PASSWORD.
"""

import os
import statistics
import sys
import time
from urllib.parse import urlparse

from matrixone import Client, SnapshotLevel

TIMES = 5
ROWS = 100


class Rollback(Exception):
    pass


class Jobs:
    def __init__(self, client, database):
        self.client = client
        self.database = database
        self.item = f"{database}.item"
        self.booking = f"{database}.booking"
        self.clone = f"{database}.item_copy"
        self.copy = f"{database}_copy"
        self.before = f"{database}_before"
        self.other = f"{database}_other"

    def insert(self, session, first=1000):
        rows = ", ".join(f"({first + i}, {i})" for i in range(ROWS))
        session.execute(f"INSERT INTO {self.booking} VALUES {rows}")

    # Measured: each is what an application does, and leaves nothing behind.

    def snapshot(self):
        self.client.snapshots.create(self.other, SnapshotLevel.DATABASE, database=self.database)
        self.client.snapshots.delete(self.other)

    def clone_table(self):
        self.client.clone.clone_table(self.clone, self.item)
        self.client.execute(f"DROP TABLE {self.clone}")

    def clone_table_from_snapshot(self):
        self.client.clone.clone_table_with_snapshot(self.clone, self.item, self.before)
        self.client.execute(f"DROP TABLE {self.clone}")

    def clone_database(self):
        self.client.clone.clone_database(self.copy, self.database)
        self.client.execute(f"DROP DATABASE {self.copy}")

    def insert_and_clone(self):
        with self.client.session() as session:
            self.insert(session)
            session.clone.clone_table(self.clone, self.item)
        self.client.execute(f"DROP TABLE {self.clone}")
        self.client.execute(f"DELETE FROM {self.booking} WHERE id >= 1000")

    def insert_and_roll_back(self):
        try:
            with self.client.session() as session:
                self.insert(session)
                raise Rollback
        except Rollback:
            pass

    def restore_table(self):
        self.client.restore.restore_table(self.before, "sys", self.database, "item")

    def restore_database(self):
        self.client.restore.restore_database(self.before, "sys", self.database)

    # Checked: SdkBenchmark looks at what they leave in the database.

    def clone_table_rolled_back(self):
        with self.client.session() as session:
            session.clone.clone_table(self.clone, self.item)
            raise Rollback

    def clone_database_rolled_back(self):
        with self.client.session() as session:
            session.clone.clone_database(self.copy, self.database)
            raise Rollback

    def clone_of_inserted_rows(self):
        with self.client.session() as session:
            self.insert(session)
            session.clone.clone_table(self.clone, self.booking)

    def clone_of_updated_rows(self):
        with self.client.session() as session:
            session.execute(f"UPDATE {self.booking} SET v = v + 1000")
            session.clone.clone_table(self.clone, self.booking)

    def clone_database_after_insert(self):
        with self.client.session() as session:
            self.insert(session)
            session.clone.clone_database(self.copy, self.database)

    def snapshot_rolled_back(self):
        with self.client.session() as session:
            session.snapshots.create(self.other, SnapshotLevel.DATABASE, database=self.database)
            raise Rollback

    def snapshot_after_insert(self):
        with self.client.session() as session:
            self.insert(session)
            session.snapshots.create(self.other, SnapshotLevel.DATABASE, database=self.database)

    def clone_of_missing_database(self):
        self.client.clone.clone_database(self.copy, f"{self.database}_nosuch")

    def clone_table_if_not_exists(self):
        self.client.clone.clone_table(self.clone, self.booking)
        self.client.clone.clone_table(self.clone, self.item, if_not_exists=True)

    def clone_to_reserved_word(self):
        self.client.clone.clone_table(f"{self.database}.order", self.item)

    def restore_deleted_rows(self):
        self.client.execute(f"DELETE FROM {self.item} WHERE id <= 10")
        self.restore_table()


MEASURED = (
    "snapshot",
    "clone_table",
    "clone_table_from_snapshot",
    "clone_database",
    "insert_and_clone",
    "insert_and_roll_back",
    "restore_table",
    "restore_database",
)


def rate(job):
    start = time.perf_counter()
    for _ in range(TIMES):
        job()
    return TIMES / (time.perf_counter() - start)


def connect():
    url = urlparse(os.environ.get("MATRIXONE_URL", "jdbc:mysql://127.0.0.1:6001/").removeprefix("jdbc:"))
    client = Client(sql_log_mode="off")
    client.connect(
        host=url.hostname,
        port=url.port,
        user=os.environ.get("MATRIXONE_USERNAME", "root"),
        password=os.environ.get("MATRIXONE_PASSWORD", "111"),
        database="mo_catalog",
    )
    return client


def error(ex):
    return f"{type(ex).__name__}: {ex}".replace("\n", " ")


def serve(database):
    # The SDK logs to standard output.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    jobs = Jobs(connect(), database)
    for line in sys.stdin:
        kind, name = line.split()
        job = getattr(jobs, name)
        try:
            if kind == "rate":
                answers.write(f"{rate(job)}\n")
            else:
                job()
                answers.write("done\n")
        except Rollback:
            answers.write("done\n")
        except Exception as ex:
            answers.write(f"error {error(ex)}\n")


def run(jobs, rounds):
    execute = jobs.client.execute
    execute(f"CREATE DATABASE {jobs.database}")
    try:
        execute(f"CREATE TABLE {jobs.item} (id BIGINT PRIMARY KEY, v BIGINT NOT NULL)")
        execute(f"INSERT INTO {jobs.item} SELECT result, result * 7 FROM generate_series(1, 1000) g")
        execute(f"CREATE TABLE {jobs.booking} (id BIGINT PRIMARY KEY, v BIGINT NOT NULL)")
        jobs.client.snapshots.create(jobs.before, SnapshotLevel.DATABASE, database=jobs.database)
        print("| What | How | Median (lowest to highest) |")
        print("| --- | --- | ---: |")
        for name in MEASURED:
            try:
                rates = [rate(getattr(jobs, name)) for _ in range(rounds + 1)][1:]
                text = f"{statistics.median(rates):.1f} ({min(rates):.1f} to {max(rates):.1f}) a second"
            except Exception as ex:
                text = error(ex)[:100]
            print(f"| {name.replace('_', ' ')} | Python SDK | {text} |")
        jobs.client.snapshots.delete(jobs.before)
    finally:
        execute(f"DROP DATABASE {jobs.database}")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        run(Jobs(connect(), sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 10)
