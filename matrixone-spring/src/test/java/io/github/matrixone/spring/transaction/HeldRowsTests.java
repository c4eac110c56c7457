package io.github.matrixone.spring.transaction;

import java.util.List;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeldRows}.
 */
class HeldRowsTests {

	private static final TableName TABLE = TableName.of("shop", "item");

	private final HeldRows rows = new HeldRows();

	@Test
	void remembersNoMoreOfThemHoweverManyATransactionLocks() {
		LongStream.range(0, 100_000).forEach((id) -> this.rows.row(TABLE, List.of(id)).hold());
		assertThat(LongStream.range(0, 100_000).filter((id) -> this.rows.row(TABLE, List.of(id)).isHeld()))
			.hasSize(10_000)
			.contains(0L, 9_999L);
		this.rows.clear();
		this.rows.row(TABLE, List.of(10_000L)).hold();
		assertThat(this.rows.row(TABLE, List.of(10_000)).isHeld()).isTrue();
		assertThat(this.rows.row(TABLE, List.of(0L)).isHeld()).isFalse();
	}

}
