package io.github.matrixone.spring.contract;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.mybatis.spring.SqlSessionTemplate;
import org.mybatis.spring.transaction.SpringManagedTransactionFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.UncommittedChangesException;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What connections of {@link MatrixOneDataSource} promise under each way of using them.
 */
abstract class JdbcContract extends Contract {

	@Autowired
	private DataSource dataSource;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private JdbcTransactionManager jdbcTransactionManager;

	@Autowired
	private MatrixOneBackend backend;

	@Test
	void refusesAManagerThatDoesNotSynchronizeRatherThanEscapeFromItsTransaction() {
		JdbcTransactionManager manager = new JdbcTransactionManager(this.dataSource);
		manager.setTransactionSynchronization(JdbcTransactionManager.SYNCHRONIZATION_NEVER);
		transaction(manager).executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE))
				.withMessageContaining("SYNCHRONIZATION_ALWAYS");
			status.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two");
		assertThat(tables()).doesNotContain("ct_clone");
	}

	@Test
	void refusesAnOperationInATransactionThatSpringDoesNotKnowOf() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setAutoCommit(false);
			SingleConnectionDataSource same = new SingleConnectionDataSource(connection, true);
			CommandExecutor executor = new CommandExecutor(same, this.backend);
			SnapshotTemplate snapshots = new SnapshotTemplate(executor);
			new JdbcTemplate(same).update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> new CloneTemplate(executor).cloneTable(ITEM, CLONE))
				.withMessageContaining("Use @Transactional");
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> snapshots.createAfterCommit(SNAPSHOT, SCOPE));
			connection.rollback();
		}
		assertThat(tables()).doesNotContain("ct_clone");
		assertThat(this.snapshots.exists(SNAPSHOT)).isFalse();
	}

	@Test
	void worksWithPlainJdbc() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			assertThat(connection.isReadOnly()).isFalse();
			statement.executeUpdate("INSERT INTO item VALUES (3, 'three', 30)");
			connection.rollback();
			statement.executeUpdate("INSERT INTO item VALUES (4, 'four', 40)");
			connection.commit();
			statement.executeUpdate("INSERT INTO item VALUES (5, 'five', 50)");
			connection.setAutoCommit(true);
			statement.executeUpdate("INSERT INTO item VALUES (6, 'six', 60)");
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit);
		}
		assertThat(this.sent.all()).containsExactly("BEGIN", "INSERT INTO item VALUES (3, 'three', 30)", "ROLLBACK",
				"BEGIN", "INSERT INTO item VALUES (4, 'four', 40)", "COMMIT", "BEGIN",
				"INSERT INTO item VALUES (5, 'five', 50)", "COMMIT", "INSERT INTO item VALUES (6, 'six', 60)");
	}

	@Test
	void rollsBackWhenAConnectionIsClosedWithoutACommit() throws SQLException {
		try (Connection connection = this.dataSource.getConnection()) {
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.executeUpdate("INSERT INTO item VALUES (3, 'three', 30)");
			}
		}
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void unwrapsToThePoolAndToTheDriver() throws SQLException {
		assertThat(this.dataSource.isWrapperFor(HikariDataSource.class)).isTrue();
		try (Connection connection = this.dataSource.getConnection()) {
			assertThat(connection.unwrap(MatrixOneConnection.class)).isNotNull();
			try (Statement statement = connection.createStatement()) {
				assertThat(statement.getConnection()).isSameAs(connection);
			}
			assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
			assertThat(connection.getMetaData().supportsSavepoints()).isFalse();
		}
	}

	@Test
	void worksWithMyBatis() {
		Configuration configuration = new Configuration(
				new Environment("test", new SpringManagedTransactionFactory(), this.dataSource));
		configuration.addMapper(ItemMapper.class);
		SqlSessionFactory factory = new SqlSessionFactoryBuilder().build(configuration);
		ItemMapper mapper = new SqlSessionTemplate(factory).getMapper(ItemMapper.class);
		transaction(this.jdbcTransactionManager).executeWithoutResult((status) -> {
			mapper.insert(3, "three");
			this.clones.cloneTable(ITEM, CLONE);
			assertThat(names(CLONE)).containsExactly("one", "two", "three");
			status.setRollbackOnly();
		});
		assertThat(tables()).doesNotContain("ct_clone");
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void worksWithAPoolThatTurnsAutocommitOff() {
		withPool((config) -> config.setAutoCommit(false), (application) -> {
			application.template().executeWithoutResult((status) -> {
				application.jdbc().update("INSERT INTO item VALUES (3, 'three', 30)");
				application.clones().cloneTable(ITEM, CLONE);
				status.setRollbackOnly();
			});
			assertThat(tables()).doesNotContain("ct_clone");
			application.template().executeWithoutResult((status) -> {
				application.jdbc().update("INSERT INTO item VALUES (4, 'four', 40)");
				application.clones().cloneTable(ITEM, CLONE);
			});
			assertThat(names(CLONE)).containsExactly("one", "two", "four");
			application.clones().cloneTable(ITEM, TableName.of("ct_outside"));
			application.snapshots().create(SNAPSHOT, SCOPE);
		});
		assertThat(tables()).contains("ct_outside");
		assertThat(this.snapshots.exists(SNAPSHOT)).isTrue();
		assertThat(names(ITEM)).containsExactly("one", "two", "four");
	}

	@Test
	void worksWithAPoolOfOneConnection() {
		withPool((config) -> config.setMaximumPoolSize(1), (application) -> {
			application.template().executeWithoutResult((status) -> {
				application.snapshots().create(SNAPSHOT, SCOPE);
				application.jdbc().update("INSERT INTO item VALUES (3, 'three', 30)");
				application.clones().cloneTable(ITEM, CLONE);
				application.clones().cloneDatabaseAfterCommit(DATABASE, COPY);
			});
			assertThat(names(TableName.of(COPY, "item"))).containsExactly("one", "two", "three");
		});
	}

	@Test
	void worksBehindALazyConnectionProxy() {
		LazyConnectionDataSourceProxy lazy = new LazyConnectionDataSourceProxy(this.dataSource);
		CommandExecutor executor = new CommandExecutor(lazy, this.dataSource, this.backend);
		SnapshotTemplate snapshots = new SnapshotTemplate(executor);
		CloneTemplate clones = new CloneTemplate(executor);
		TransactionTemplate template = transaction(new JdbcTransactionManager(lazy));
		template.executeWithoutResult((status) -> {
			new JdbcTemplate(lazy).update("INSERT INTO item VALUES (3, 'three', 30)");
			clones.cloneTable(ITEM, CLONE);
			status.setRollbackOnly();
		});
		assertThat(tables()).doesNotContain("ct_clone");
		this.sent.clear();
		template.setReadOnly(true);
		template.executeWithoutResult(
				(status) -> new JdbcTemplate(lazy).queryForObject("SELECT count(*) FROM item", Integer.class));
		assertThat(this.sent.byTheApplication()).containsExactly("SELECT count(*) FROM item");
	}

	@Test
	void leavesAnotherServerAlone() {
		JdbcSentStatements otherSent = new JdbcSentStatements();
		JdbcDataSource other = new JdbcDataSource();
		other.setUrl("jdbc:h2:mem:other;DB_CLOSE_DELAY=-1");
		DataSource wrapped = new MatrixOneDataSource(otherSent.record(other));
		JdbcTemplate otherJdbc = new JdbcTemplate(wrapped);
		otherJdbc.execute("CREATE TABLE note (id INT)");
		otherSent.clear();
		transaction(new JdbcTransactionManager(wrapped)).executeWithoutResult((status) -> {
			otherJdbc.update("INSERT INTO note VALUES (1)");
			this.clones.cloneTable(ITEM, CLONE);
			status.setRollbackOnly();
		});
		assertThat(otherSent.all()).containsExactly("setAutoCommit(false)", "INSERT INTO note VALUES (1)", "rollback()",
				"setAutoCommit(true)");
		assertThat(otherJdbc.queryForList("SELECT id FROM note")).isEmpty();
		assertThat(names(CLONE)).containsExactly("one", "two");
		otherJdbc.execute("SHUTDOWN");
	}

	@Test
	void setMaxRowsWorksWithoutASetStatement() {
		JdbcTemplate limited = new JdbcTemplate(this.dataSource);
		limited.setMaxRows(1);
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThat(limited.queryForList("SELECT id FROM item ORDER BY id", Integer.class)).containsExactly(1);
			assertThat(this.jdbc.queryForList("SELECT id FROM item ORDER BY id", Integer.class)).containsExactly(1, 2,
					3);
			status.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two");
		assertThat(limited.queryForList("SELECT id FROM item ORDER BY id", Integer.class)).containsExactly(1);
	}

	@Test
	void rollsBackAfterAQueryWithALimitOfRows() {
		JdbcTemplate limited = new JdbcTemplate(this.dataSource);
		limited.setMaxRows(1);
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThat(limited.queryForList("SELECT id FROM item ORDER BY id", Integer.class)).containsExactly(1);
			status.setRollbackOnly();
		});
		assertThat(names(ITEM)).containsExactly("one", "two");
	}

	@Test
	void batchesAreSeen() {
		this.transaction.executeWithoutResult((status) -> {
			this.jdbc.batchUpdate("UPDATE item SET quantity = ? WHERE id = ?",
					List.of(new Object[] { 1, 1 }, new Object[] { 2, 2 }));
			assertThatExceptionOfType(UncommittedChangesException.class)
				.isThrownBy(() -> this.clones.cloneTable(ITEM, CLONE));
		});
	}

	@Test
	void usesThePoolAsConfigured() {
		HikariDataSource pool = DataSourceUnwrapper.unwrap(this.dataSource, HikariDataSource.class);
		assertThat(pool.getMaximumPoolSize()).isEqualTo(8);
		assertThat(pool.getConnectionTimeout()).isEqualTo(5000);
	}

	@Test
	void refusesANestedTransaction() {
		TransactionTemplate outer = transaction(this.jdbcTransactionManager);
		TransactionTemplate nested = transaction(this.jdbcTransactionManager);
		nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
		outer.executeWithoutResult((status) -> {
			this.jdbc.update("INSERT INTO item VALUES (3, 'three', 30)");
			assertThatExceptionOfType(CannotCreateTransactionException.class)
				.isThrownBy(() -> nested.executeWithoutResult((inner) -> {
				}))
				.havingRootCause()
				.withMessageContaining("PROPAGATION_REQUIRES_NEW");
		});
		assertThat(names(ITEM)).containsExactly("one", "two", "three");
	}

	private void withPool(Consumer<HikariConfig> settings, Consumer<Application> test) {
		HikariConfig config = new HikariConfig();
		HikariDataSource original = DataSourceUnwrapper.unwrap(this.dataSource, HikariDataSource.class);
		original.copyStateTo(config);
		config.setPoolName(null);
		settings.accept(config);
		try (HikariDataSource pool = new HikariDataSource(config)) {
			test.accept(application(pool));
			assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
		}
	}

	private Application application(HikariDataSource pool) {
		DataSource wrapped = this.sql.isServer() ? pool : SimulatorPools.wrap(pool);
		DataSource ownConnections = DataSourceUnwrapper.unwrap(this.dataSource, HikariDataSource.class);
		CommandExecutor executor = new CommandExecutor(wrapped, ownConnections, this.backend);
		SnapshotTemplate snapshots = new SnapshotTemplate(executor);
		return new Application(new JdbcTemplate(wrapped), new JdbcTransactionManager(wrapped), snapshots,
				new CloneTemplate(executor));
	}

	@Mapper
	interface ItemMapper {

		@Insert("INSERT INTO item VALUES (#{id}, #{name}, 0)")
		void insert(int id, String name);

	}

	record Application(JdbcTemplate jdbc, PlatformTransactionManager manager, SnapshotTemplate snapshots,
			CloneTemplate clones) {

		TransactionTemplate template() {
			return new TransactionTemplate(this.manager);
		}

	}

}
