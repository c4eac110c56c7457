package io.github.matrixone.spring.jdbc;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The operations join a transaction whose manager was given another object than they
 * were, as long as both are the same pool.
 */
class TransactionDataSourcesTests {

	private static final String CLONE = "CREATE TABLE `shop`.`copy` CLONE `shop`.`item`";

	private static final String INSERT = "INSERT INTO item VALUES (1)";

	private final ScriptedDriver driver = new ScriptedDriver();

	private final DataSource pool = this.driver.matrixOne();

	@ParameterizedTest
	@MethodSource("wrappers")
	void whereTheManagerHasAWrapper(UnaryOperator<DataSource> wrapper) {
		cloneAndRollBack(this.pool, wrapper.apply(this.pool));
		assertThat(this.driver.sent).containsSubsequence("BEGIN", CLONE, "ROLLBACK");
		assertThat(this.driver.sent).doesNotContain("COMMIT");
	}

	@ParameterizedTest
	@MethodSource("wrappers")
	void whereTheOperationsHaveAWrapper(UnaryOperator<DataSource> wrapper) {
		cloneAndRollBack(wrapper.apply(this.pool), this.pool);
		assertThat(this.driver.sent).containsSubsequence("BEGIN", CLONE, "ROLLBACK");
	}

	@Test
	void notWhereARouterMayLeadElsewhere() {
		AbstractRoutingDataSource router = new AbstractRoutingDataSource() {

			@Override
			protected Object determineCurrentLookupKey() {
				return "shop";
			}

		};
		router.setTargetDataSources(Map.of("shop", this.pool));
		router.afterPropertiesSet();
		new TransactionTemplate(new JdbcTransactionManager(router)).executeWithoutResult((status) -> {
			new JdbcTemplate(router).update(INSERT);
			assertThat(TransactionDataSources.of(this.pool)).isSameAs(this.pool);
		});
	}

	@Test
	void notWhereThePoolIsAnotherOne() {
		DataSource other = new ScriptedDriver().matrixOne();
		new TransactionTemplate(new JdbcTransactionManager(other)).executeWithoutResult((status) -> {
			new JdbcTemplate(other).update(INSERT);
			assertThat(TransactionDataSources.of(this.pool)).isSameAs(this.pool);
		});
	}

	static Stream<UnaryOperator<DataSource>> wrappers() {
		return Stream.of(DelegatingDataSource::new, LazyConnectionDataSourceProxy::new,
				TransactionAwareDataSourceProxy::new,
				(dataSource) -> (DataSource) new ProxyFactory(dataSource).getProxy());
	}

	private void cloneAndRollBack(DataSource ofOperations, DataSource ofManager) {
		CommandExecutor executor = new CommandExecutor(ofOperations, this.driver.matrixOne(), new ServerBackend());
		CloneTemplate clones = new CloneTemplate(executor);
		new TransactionTemplate(new JdbcTransactionManager(ofManager)).executeWithoutResult((status) -> {
			clones.cloneTable(TableName.of("item"), TableName.of("copy"));
			status.setRollbackOnly();
		});
	}

}
