package io.github.matrixone.spring.contract;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.contract.item.Item;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What {@link io.github.matrixone.spring.control.ControlOperations} promises.
 */
abstract class ControlContract extends Contract {

	@Test
	void flushesATableAndTakesCheckpoints() {
		assertThatNoException().isThrownBy(() -> this.controls.flushTable(TableName.of("item")));
		assertThatNoException().isThrownBy(this.controls::checkpoint);
		assertThatNoException().isThrownBy(this.controls::globalCheckpoint);
	}

	@Test
	void mayBeUsedInATransactionThatIsRolledBack() {
		this.transaction.executeWithoutResult((status) -> {
			this.items.saveAndFlush(new Item(3, "three", 30));
			this.controls.flushTable(ITEM);
			this.controls.checkpoint();
			status.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void saysThatATableIsMissing() {
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.controls.flushTable(TableName.of("ct_missing")));
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.controls.flushTable(TableName.of("ct_missing", "t")));
	}

	@Test
	void refusesANameThatTheServerWouldMisread() {
		assertThatExceptionOfType(UnsupportedByServerException.class)
			.isThrownBy(() -> this.controls.flushTable(TableName.of("a.b")));
	}

}
