package io.github.matrixone.spring.library;

import java.util.List;

import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.CannotCreateTransactionException;

import io.github.matrixone.spring.boot.autoconfigure.jooq.MatrixOneJooqAutoConfiguration;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.library.Work.OnPurposeException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * jOOQ in Spring's transactions and in its own.
 */
@EnabledIfServer
@SpringBootTest(classes = JooqTests.Application.class)
class JooqTests {

	private static final Table<Record> ITEM = DSL.table(DSL.name("item"));

	private static final Field<Long> ID = DSL.field(DSL.name("id"), SQLDataType.BIGINT);

	private static final Field<Integer> STOCK = DSL.field(DSL.name("stock"), SQLDataType.INTEGER);

	private static LibraryDatabase database;

	@Autowired
	private Work work;

	@Autowired
	private CloneOperations clones;

	@Autowired
	private DSLContext dsl;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("jooq", "", registry);
	}

	@BeforeEach
	void tables() {
		for (String table : List.of("kept", "gone", "item")) {
			database.execute("DROP TABLE IF EXISTS " + table);
		}
		database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY, stock INT NOT NULL DEFAULT 0)");
	}

	@Test
	void commitsRowsAndAClone() {
		this.work.commit(() -> {
			insert(1);
			this.dsl.batch(this.dsl.insertInto(ITEM, ID).values(2L), this.dsl.insertInto(ITEM, ID).values(3L))
				.execute();
			clone("kept");
		});
		assertThat(database.count("kept")).isEqualTo(3);
	}

	@Test
	void rollsRowsAndACloneBack() {
		assertThatExceptionOfType(OnPurposeException.class).isThrownBy(() -> this.work.fail(() -> {
			insert(1);
			clone("gone");
		}));
		assertThat(database.count("item")).isZero();
		assertThat(database.hasTable("gone")).isFalse();
	}

	@Test
	void commitsATransactionOfItsOwn() {
		this.dsl.transaction((configuration) -> {
			configuration.dsl().insertInto(ITEM, ID).values(1L).execute();
			clone("kept");
		});
		assertThat(database.count("kept")).isEqualTo(1);
	}

	@Test
	void rollsATransactionOfItsOwnBack() {
		assertThatExceptionOfType(OnPurposeException.class).isThrownBy(() -> this.dsl.transaction((configuration) -> {
			configuration.dsl().insertInto(ITEM, ID).values(1L).execute();
			clone("gone");
			throw new OnPurposeException();
		}));
		assertThat(database.count("item")).isZero();
		assertThat(database.hasTable("gone")).isFalse();
	}

	@Test
	void saysWhatToUseInsteadOfANestedTransaction() {
		assertThatExceptionOfType(CannotCreateTransactionException.class)
			.isThrownBy(() -> this.dsl.transaction((outer) -> {
				outer.dsl().insertInto(ITEM, ID).values(1L).execute();
				outer.dsl().transaction((inner) -> inner.dsl().insertInto(ITEM, ID).values(2L).execute());
			}))
			.havingRootCause()
			.withMessageContaining("PROPAGATION_REQUIRES_NEW");
		assertThat(database.count("item")).isZero();
	}

	@Test
	void aTransactionGoesOnAfterANestedOneWasRefused() {
		this.work.commit(() -> {
			insert(1);
			assertThatExceptionOfType(CannotCreateTransactionException.class)
				.isThrownBy(() -> this.dsl.transaction((inner) -> insert(2)))
				.havingRootCause()
				.withMessageContaining("PROPAGATION_REQUIRES_NEW");
			insert(3);
			clone("kept");
		});
		assertThat(database.count("item")).isEqualTo(2);
		assertThat(database.count("kept")).isEqualTo(2);
	}

	@Test
	void locksAndReads() {
		insert(1);
		this.work.commit(() -> {
			Integer stock = this.dsl.select(STOCK).from(ITEM).where(ID.eq(1L)).forUpdate().fetchOne(STOCK);
			assertThat(stock).isZero();
			this.dsl.update(ITEM).set(STOCK, STOCK.plus(5)).where(ID.eq(1L)).execute();
		});
		assertThat(this.dsl.select(STOCK).from(ITEM).orderBy(ID).limit(1).offset(0).fetchOne(STOCK)).isEqualTo(5);
	}

	@Test
	void insertsWhatIsNotThere() {
		insert(1);
		assertThat(this.dsl.insertInto(ITEM, ID).values(1L).values(2L).onDuplicateKeyIgnore().execute()).isEqualTo(1);
		assertThat(database.count("item")).isEqualTo(2);
	}

	@Test
	void upsertsInTheDialectOfMariaDb() {
		insert(1);
		assertThatExceptionOfType(BadSqlGrammarException.class).isThrownBy(() -> upsert(this.dsl));
		upsert(this.dsl.configuration().derive(SQLDialect.MARIADB).dsl());
		assertThat(this.dsl.select(STOCK).from(ITEM).where(ID.eq(1L)).fetchOne(STOCK)).isEqualTo(4);
	}

	private void upsert(DSLContext dsl) {
		dsl.insertInto(ITEM, ID, STOCK).values(1L, 4).onDuplicateKeyUpdate().set(STOCK, DSL.excluded(STOCK)).execute();
	}

	@Test
	void skipLockedIsAnErrorOfTheStatement() {
		insert(1);
		assertThatExceptionOfType(InvalidDataAccessResourceUsageException.class)
			.isThrownBy(() -> this.dsl.select(ID).from(ITEM).forUpdate().skipLocked().fetch());
	}

	@Test
	void translatesErrors() {
		insert(1);
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> insert(1));
	}

	private void insert(long id) {
		this.dsl.insertInto(ITEM, ID).values(id).execute();
	}

	private void clone(String target) {
		this.clones.cloneTable(TableName.of("item"), TableName.of(target));
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@Import(Work.class)
	@ImportAutoConfiguration({ JooqAutoConfiguration.class, MatrixOneJooqAutoConfiguration.class })
	static class Application {

	}

}
