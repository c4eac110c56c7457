package io.github.matrixone.spring.contract.access;

import java.util.List;

import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.CannotCreateTransactionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

abstract class JooqContract extends AccessContract {

	private static final Table<Record> TABLE = DSL.table(DSL.name("account"));

	private static final Field<Long> ID = DSL.field(DSL.name("id"), SQLDataType.BIGINT.identity(true));

	private static final Field<String> NAME = DSL.field(DSL.name("name"), String.class);

	private static final Field<Integer> BALANCE = DSL.field(DSL.name("balance"), Integer.class);

	@Autowired
	DSLContext dsl;

	@Override
	long insert(String name, int balance) {
		return this.dsl.insertInto(TABLE, NAME, BALANCE)
			.values(name, balance)
			.returningResult(ID)
			.fetchSingle(ID)
			.longValue();
	}

	@Override
	void insertBatch(List<String> names) {
		this.dsl.batch(names.stream().map((name) -> this.dsl.insertInto(TABLE, NAME).values(name)).toList()).execute();
	}

	@Override
	void update(String name, int balance) {
		this.dsl.update(TABLE).set(BALANCE, balance).where(NAME.eq(name)).execute();
	}

	@Override
	int balance(String name) {
		return this.dsl.select(BALANCE).from(TABLE).where(NAME.eq(name)).fetchSingle(BALANCE);
	}

	@Override
	int lock(String name) {
		return this.dsl.select(BALANCE).from(TABLE).where(NAME.eq(name)).forUpdate().fetchSingle(BALANCE);
	}

	@Test
	void aTransactionOfJooqIsASpringTransaction() {
		assertThatIllegalStateException().isThrownBy(() -> this.dsl.transaction((configuration) -> {
			insert("three", 30);
			this.clones.cloneTable(ACCOUNT, CLONE);
			throw new IllegalStateException();
		}));
		assertThat(names(ACCOUNT)).containsExactly("one", "two");
		assertThat(hasClone()).isFalse();
		this.dsl.transaction((configuration) -> {
			insert("three", 30);
			this.clones.cloneTable(ACCOUNT, CLONE);
		});
		assertThat(names(CLONE)).containsExactly("one", "three", "two");
	}

	@Test
	void aTransactionOfJooqInsideATransactionIsRefused() {
		this.work.run(() -> {
			insert("three", 30);
			assertThatExceptionOfType(CannotCreateTransactionException.class)
				.isThrownBy(() -> this.dsl.transaction((configuration) -> insert("four", 40)));
		});
		assertThat(names(ACCOUNT)).containsExactly("one", "three", "two");
	}

}
