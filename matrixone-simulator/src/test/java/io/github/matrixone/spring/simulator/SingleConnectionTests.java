package io.github.matrixone.spring.simulator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for the simulator on a pool of one connection.
 */
class SingleConnectionTests extends AbstractSimulatorTests {

	@Override
	int poolSize() {
		return 1;
	}

	@Test
	@Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
	void neverWaitsForTheConnectionOfItsOwnTransaction() {
		for (boolean commit : new boolean[] { false, true }) {
			this.transaction.executeWithoutResult((status) -> {
				this.snapshots.create(SNAPSHOT, SCOPE);
				this.clones.cloneDatabase(DATABASE, DatabaseName.of("live"));
				this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
				this.clones.cloneTable(ITEM, CLONE);
				this.clones.cloneDatabase(DATABASE, COPY, SNAPSHOT);
				assertThat(names(this.snapshots.tableAt(ITEM, SNAPSHOT))).containsExactly("one", "two");
				this.controls.flushTable(ITEM);
				this.clones.cloneTableAfterCommit(CLONE, TableName.of("later"));
				if (!commit) {
					status.setRollbackOnly();
				}
			});
		}
		this.restores.restoreDatabase(DATABASE, SNAPSHOT);
		assertThat(tables(DATABASE)).containsExactly("item");
		assertThat(databases()).contains("copy", "live");
	}

	@Test
	void undoesAFailedTransaction() {
		assertThatIllegalStateException().isThrownBy(() -> this.transaction.executeWithoutResult((status) -> {
			this.snapshots.create(SNAPSHOT, SCOPE);
			this.clones.cloneTable(ITEM, CLONE);
			throw new IllegalStateException("business");
		}));
		assertThat(tables(DATABASE)).containsExactly("item");
		assertThat(this.snapshots.list()).isEmpty();
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> names(CLONE));
	}

}
